import Foundation
import Testing

/// The repository's fixtures, found from where this file lies.
enum ProjectFixtures {
    private static let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("fixtures")

    /// The contents of `fixtures/path`; a missing file fails the test and says so.
    static func data(_ path: String) throws -> Data {
        try #require(
            try? Data(contentsOf: folder.appendingPathComponent(path)),
            "fixtures/\(path) is missing: run scripts/make-fixtures")
    }

    /// The blob with this CID.
    static func blob(_ cid: String) throws -> [UInt8] {
        [UInt8](try data("blobs/\(cid)"))
    }
}
