import Foundation
import Synchronization

/// A pipe for a child process to write to, which hands on what comes out line by line.
final class LinePipe: Sendable {
    private struct State {
        /// Bytes after the last line break.
        var pending: [UInt8] = []
        var isClosed = false
    }

    let pipe = Pipe()
    private let line: @Sendable (String) -> Void
    private let state = Mutex(State())
    private let end = DispatchGroup()

    /// `line` is called on a thread of the pipe's own, which lives until the last writer is gone.
    init(line: @escaping @Sendable (String) -> Void) {
        self.line = line
        end.enter()
    }

    /// Begins to read; to be called once a child process has the other end.
    func start() {
        // A thread that blocks, because Foundation's readability handler races with the closing of
        // its own file descriptor.
        Thread.detachNewThread {
            while true {
                let data = self.pipe.fileHandleForReading.availableData
                self.take(data, isLast: data.isEmpty)
                if data.isEmpty { return }
            }
        }
    }

    /// Waits for the end of what was written, then hands on an unfinished last line.
    ///
    /// The wait is short, because the end does not come while some other process that inherited the
    /// pipe still holds it open.
    func drain() {
        _ = end.wait(timeout: .now() + .milliseconds(500))
        take(Data(), isLast: true)
    }

    private func take(_ data: Data, isLast: Bool) {
        let (lines, closes) = state.withLock { state in
            guard !state.isClosed else { return ([String](), false) }
            state.isClosed = isLast
            return (state.pending.takeLines(adding: data, isLast: isLast), isLast)
        }
        for text in lines { line(text) }
        if closes {
            end.leave()
        }
    }
}

extension [UInt8] {
    /// Appends `data` and removes the whole lines, all of them when `isLast`.
    fileprivate mutating func takeLines(adding data: Data, isLast: Bool) -> [String] {
        append(contentsOf: data)
        var lines: [String] = []
        while let end = firstIndex(of: UInt8(ascii: "\n")) {
            lines.append(String(decoding: self[..<end], as: UTF8.self))
            removeSubrange(...end)
        }
        if isLast, !isEmpty {
            lines.append(String(decoding: self, as: UTF8.self))
            removeAll()
        }
        return lines
    }
}
