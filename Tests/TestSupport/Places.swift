import Foundation

/// Where the repository's files are, seen from the test sources.
public enum Places {
    /// The root of the checkout.
    public static var repository: URL {
        URL(fileURLWithPath: #filePath)
            .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    }

    public static var fixtures: URL { repository.appendingPathComponent("fixtures") }

    /// Test vectors published by others: the folder that `DEML_VECTORS` names, or
    /// `shared/vectors` beside the checkout. Not part of the repository.
    public static var vectors: URL {
        if let path = ProcessInfo.processInfo.environment["DEML_VECTORS"] {
            return URL(fileURLWithPath: path)
        }
        return repository.deletingLastPathComponent().appendingPathComponent("shared/vectors")
    }

    /// Whether the vectors are there; the tests that need them are skipped otherwise.
    public static var hasVectors: Bool {
        FileManager.default.fileExists(atPath: vectors.path)
    }

    /// The JSON of a vector file.
    public static func vector(_ path: String) throws -> Any {
        try JSONSerialization.jsonObject(
            with: try Data(contentsOf: vectors.appendingPathComponent(path)))
    }
}
