/// Cuts what comes in into lines, each as soon as it is there.
public struct LineReader<Failure: Error> {
    /// A line without its line feed.
    public enum Line: Equatable, Sendable {
        case whole([UInt8])
        /// It had more bytes than the limit and was not kept, so that no input makes memory grow
        /// without end.
        case tooLong
    }

    private let lineLimit: Int
    private let read: (_ chunk: inout [UInt8]) throws(Failure) -> Int
    private var chunk = [UInt8](repeating: 0, count: 1 << 18)
    /// Bytes of the chunk that are in no line yet.
    private var rest = 0..<0

    /// `read` fills a part of the chunk, waits for at least one byte, and gives 0 at the end.
    public init(
        lineLimit: Int = 64 << 20, read: @escaping (_ chunk: inout [UInt8]) throws(Failure) -> Int
    ) {
        self.lineLimit = lineLimit
        self.read = read
    }

    /// The next line, the last one also when no line feed ends it; nil at the end.
    public mutating func next() throws(Failure) -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        var isBegun = false
        while true {
            if rest.isEmpty {
                rest = 0..<(try read(&chunk))
                if rest.isEmpty { break }
            }
            let end = chunk[rest].firstIndex(of: 0x0A)
            let part = rest.lowerBound..<(end ?? rest.upperBound)
            isBegun = true
            if line.count + part.count > lineLimit { isTooLong = true }
            if isTooLong { line = [] } else { line += chunk[part] }
            rest = (end.map { $0 + 1 } ?? rest.upperBound)..<rest.upperBound
            if end != nil { break }
        }
        guard isBegun else { return nil }
        return isTooLong ? .tooLong : .whole(line)
    }

    /// Answers every line in order, an empty one too, until the input ends. `write` gets answers, each
    /// with a line feed, whenever all that was read is answered: a script may write one line and
    /// wait for its answer.
    public mutating func answer(
        with answer: (_ line: [UInt8]) -> [UInt8], write: ([UInt8]) throws(Failure) -> Void
    ) throws(Failure) {
        var answers: [UInt8] = []
        while let line = try next() {
            switch line {
            case .whole(let line): answers += answer(line)
            case .tooLong:
                answers += ToolFailure("tooLong", "the line has more than \(lineLimit) bytes").json
            }
            answers.append(0x0A)
            if !chunk[rest].contains(0x0A) {
                try write(answers)
                answers.removeAll(keepingCapacity: answers.count <= chunk.count)
            }
        }
    }
}
