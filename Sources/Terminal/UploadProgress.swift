import Foundation

/// How far an upload is, for people: one line that is written over on a terminal, and elsewhere a line
/// for every twentieth.
package struct UploadProgress {
    private let total: Int
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var lastStep = -1

    package init(total: Int, isTerminal: Bool, write: @escaping (String) -> Void) {
        self.total = total
        self.isTerminal = isTerminal
        self.write = write
    }

    /// On standard error.
    package static func onStandardError(total: Int) -> UploadProgress {
        let handle = FileHandle.standardError
        return UploadProgress(total: total, isTerminal: isatty(handle.fileDescriptor) == 1) {
            handle.write(Data($0.utf8))
        }
    }

    /// `sent` bytes of the stream are on their way.
    package mutating func show(_ sent: Int) {
        let percent = total == 0 ? 100 : sent * 100 / total
        let text = "\(sent) of \(total) bytes, \(percent) %"
        if isTerminal {
            write("\r\u{1B}[K\(text)" + (sent == total ? "\n" : ""))
        } else if percent / 5 > lastStep {
            lastStep = percent / 5
            write(text + "\n")
        }
    }

    /// A remark on a line of its own.
    package func say(_ text: String) { write(text + "\n") }
}
