import ArgumentParser
import JSON

/// The files of one evaluation.
struct ScoringPaths: Equatable, Sendable {
    var arch: String
    var base: String?
    var model: String
    var data: String
}

/// The same as options of a command.
public struct PathOptions: ParsableArguments {
    @Option(help: "The architecture, a DMLA blob.", completion: .file())
    var arch: String?

    @Option(
        help: "The model to beat, a full i32 DMLW blob; deltas are added to it.",
        completion: .file())
    var base: String?

    @Option(help: "The model, a DMLW blob.", completion: .file())
    var model: String?

    @Option(help: "The data to be judged on, a DMLD blob.", completion: .file())
    var data: String?

    public init() {}

    var isEmpty: Bool { arch == nil && base == nil && model == nil && data == nil }

    /// Nil unless all but the base are there.
    var paths: ScoringPaths? {
        guard let arch, let model, let data else { return nil }
        return ScoringPaths(arch: arch, base: base, model: model, data: data)
    }
}

extension ScoringPaths {
    /// Reads `{"arch":…,"base":…,"model":…,"data":…}`, where `base` may be null or missing.
    init(parsingJSON line: [UInt8]) throws(ToolFailure) {
        var options = (arch: String?.none, base: String?.none, model: String?.none)
        var data: String?
        do throws(JSONError) {
            var reader = JSONReader(line)
            try reader.beginObject()
            while let key = try reader.nextKey() {
                switch key {
                case "arch": options.arch = try reader.readText()
                case "base": options.base = try reader.readOptionalText()
                case "model": options.model = try reader.readText()
                case "data": data = try reader.readText()
                default: try reader.skipValue()
                }
            }
            try reader.finish()
        } catch {
            throw .request("The line is no JSON object of paths: \(error.code) at \(error.offset).")
        }
        guard let arch = options.arch, let model = options.model, let data else {
            throw .request("The line needs arch, model and data.")
        }
        self.init(arch: arch, base: options.base, model: model, data: data)
    }
}

extension JSONReader {
    mutating func readText() throws(JSONError) -> String {
        String(decoding: try readString(), as: UTF8.self)
    }

    /// Text or null.
    fileprivate mutating func readOptionalText() throws(JSONError) -> String? {
        guard try peek() == .null else { return try readText() }
        try readNull()
        return nil
    }
}
