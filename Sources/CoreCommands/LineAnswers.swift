/// Cuts a stream of bytes into lines and answers each of them, in order.
///
/// Every line has an answer, an empty one too, and so has a last one that no line feed ends.
public struct LineAnswers {
    /// A longer line is answered by a refusal, so that no input makes memory grow without end.
    public static var lineLimit: Int { 64 << 20 }
    /// Buffers of this size are kept for the next line.
    private static var keptCapacity: Int { 1 << 18 }

    private let answer: (_ line: [UInt8]) -> [UInt8]
    private let lineLimit: Int
    private var line: [UInt8] = []
    /// The line that is coming in is longer than the limit; it is not kept.
    private var isTooLong = false
    /// What was answered and not yet taken, each answer with its line feed.
    public private(set) var answers: [UInt8] = []

    public init(
        lineLimit: Int = LineAnswers.lineLimit, answer: @escaping (_ line: [UInt8]) -> [UInt8]
    ) {
        self.lineLimit = lineLimit
        self.answer = answer
    }

    /// Takes the next bytes of the input and answers the lines that they complete.
    public mutating func consume(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let end = rest.firstIndex(of: 0x0A) {
            append(rest[..<end])
            finishLine()
            rest = rest[(end + 1)...]
        }
        append(rest)
    }

    /// Answers a last line that no line feed ends.
    public mutating func finish() {
        if !line.isEmpty || isTooLong { finishLine() }
    }

    /// Hands over the answers so far.
    public mutating func takeAnswers() -> [UInt8] {
        let taken = answers
        answers = []
        return taken
    }

    private mutating func append(_ bytes: ArraySlice<UInt8>) {
        if line.count + bytes.count > lineLimit { isTooLong = true }
        if isTooLong {
            line = []
        } else {
            line.append(contentsOf: bytes)
        }
    }

    private mutating func finishLine() {
        if isTooLong {
            answers += ToolFailure("tooLong", "the line has more than \(lineLimit) bytes").json
        } else {
            answers += answer(line)
        }
        answers.append(0x0A)
        line.removeAll(keepingCapacity: line.count < LineAnswers.keptCapacity)
        isTooLong = false
    }
}
