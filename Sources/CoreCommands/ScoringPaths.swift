import ABI
import JSON

/// The blobs of one evaluation: paths of files, or bytes as 0x and digits. A file whose name begins
/// with 0x is `./0x…`.
public struct ScoringPaths: Equatable, Sendable {
    public var arch: String
    public var base: String?
    public var model: String
    public var data: String

    public init(arch: String, base: String?, model: String, data: String) {
        self.arch = arch
        self.base = base
        self.model = model
        self.data = data
    }

    /// Reads `{"arch":…,"base":…,"model":…,"data":…}`, where `base` may be null or missing.
    public init(_ line: [UInt8]) throws(ToolFailure) {
        let fields = try RequestFields(line)
        arch = try ScoringPaths.text(try fields.required("arch"))
        base = nil
        if var reader = fields.value("base"), try reader.kind() != .null {
            base = try ScoringPaths.text(reader)
        }
        model = try ScoringPaths.text(try fields.required("model"))
        data = try ScoringPaths.text(try fields.required("data"))
    }

    private static func text(_ reader: ValueReader) throws(ToolFailure) -> String {
        var reader = reader
        return String(decoding: try reader.text(), as: UTF8.self)
    }

    /// The bytes that `text` spells or names.
    static func bytes(of text: String, read: FileReader) throws(ToolFailure) -> [UInt8] {
        let ascii = Array(text.utf8)
        guard ascii.starts(with: [0x30, 0x78]) else { return try read(text) }
        guard let bytes = Hex.decode(ascii) else {
            throw ToolFailure(
                "typeMismatch",
                "expected a path or 0x and an even number of digits, found \"\(text.shortened)\"")
        }
        return bytes
    }
}
