import Foundation

/// Answers the lines of standard input on standard output, in order, until the input ends.
///
/// What has been read is answered before more is awaited, so that a script may write one line and
/// wait for its answer.
struct BatchStream {
    /// A request longer than this is answered by a refusal.
    static var lineLimit: Int { 64 << 20 }
    private static var chunkSize: Int { 1 << 18 }

    private let operation: BatchOperation
    private var line: [UInt8] = []
    /// The line that is coming in is longer than the limit; it is not kept.
    private var isTooLong = false
    private(set) var answers: [UInt8] = []

    init(_ operation: BatchOperation) {
        self.operation = operation
    }

    static func run(_ operation: BatchOperation) throws {
        var stream = BatchStream(operation)
        var chunk = [UInt8](repeating: 0, count: chunkSize)
        while true {
            let count = unsafeRead(into: &chunk)
            guard count >= 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
            if count == 0 { break }
            stream.consume(chunk[..<count])
            try stream.flush()
        }
        stream.finish()
        try stream.flush()
    }

    /// Takes the next bytes of the input and answers the lines that they complete.
    mutating func consume(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            append(rest[..<end])
            answer()
            rest = rest[(end + 1)...]
        }
        append(rest)
    }

    /// Answers a last line that no line feed ends.
    mutating func finish() {
        if !line.isEmpty || isTooLong { answer() }
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        if line.count + bytes.count > BatchStream.lineLimit { isTooLong = true }
        if isTooLong {
            line = []
        } else {
            line.append(contentsOf: bytes)
        }
    }

    private mutating func answer() {
        if isTooLong {
            answers += Array(
                #"{"error":{"code":"tooLong","message":"the line is too long"}}"#.utf8)
        } else {
            answers += operation.answer(line)
        }
        answers.append(0x0A)
        line.removeAll(keepingCapacity: line.count < BatchStream.chunkSize)
        isTooLong = false
    }

    private mutating func flush() throws {
        try FileHandle.standardOutput.write(contentsOf: answers)
        answers.removeAll(keepingCapacity: true)
    }

    private static func unsafeRead(into chunk: inout [UInt8]) -> Int {
        while true {
            let count = chunk.withUnsafeMutableBytes { read(0, $0.baseAddress, $0.count) }
            if count >= 0 || errno != EINTR { return count }
        }
    }
}
