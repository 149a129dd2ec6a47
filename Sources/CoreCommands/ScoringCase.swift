import Verifier

/// A model, the one that it wants to beat, and the data that decides: all validated.
public struct ScoringCase: Sendable {
    public let architecture: Architecture
    public let base: Model?
    public let model: Model
    public let data: Dataset

    /// Validates the four blobs in the order architecture, base, model, data.
    ///
    /// - Throws: The first rule that is broken, with the role of the blob that breaks it.
    public init(
        arch: [UInt8], base: [UInt8]?, model: [UInt8], data: [UInt8]
    ) throws(ToolFailure) {
        let architecture = try Role.architecture.load { () throws(VerifierError) in
            try Architecture(parsing: arch)
        }
        var baseModel: Model?
        if let base {
            baseModel = try Role.base.load { () throws(VerifierError) in
                try Model.base(parsing: base, architecture: architecture)
            }
        }
        let loadedBase = baseModel
        self.architecture = architecture
        self.base = loadedBase
        self.model = try Role.model.load { () throws(VerifierError) in
            try Model(
                parsing: model, architecture: architecture, base: loadedBase, dtype: nil)
        }
        self.data = try Role.data.load { () throws(VerifierError) in
            try Dataset(parsing: data, architecture: architecture)
        }
    }

    /// Reads the blobs, then validates them.
    public init(_ paths: ScoringPaths, read: FileReader) throws(ToolFailure) {
        let arch = try ScoringPaths.bytes(of: paths.arch, read: read)
        var base: [UInt8]?
        if let text = paths.base { base = try ScoringPaths.bytes(of: text, read: read) }
        try self.init(
            arch: arch, base: base, model: try ScoringPaths.bytes(of: paths.model, read: read),
            data: try ScoringPaths.bytes(of: paths.data, read: read))
    }

    /// Scores a model of this architecture on the data, to the end.
    func metrics(of model: Model) -> Metrics {
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        while !evaluation.isFinished {
            _ = evaluation.step(budget: .max)
        }
        return evaluation.metrics
    }
}

/// Which of the four blobs a failure is about.
package enum Role: String {
    case architecture, base, model, data

    package func load<T>(_ parse: () throws(VerifierError) -> T) throws(ToolFailure) -> T {
        do throws(VerifierError) {
            return try parse()
        } catch {
            throw ToolFailure(error, in: rawValue)
        }
    }
}
