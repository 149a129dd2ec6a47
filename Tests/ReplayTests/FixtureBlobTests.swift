import ABI
import Content
import Foundation
import TestSupport
import Testing

/// The blobs beside the stories: each is what its name says, and somebody's.
@Suite struct FixtureBlobTests {
    private static let blobs = Places.fixtures.appendingPathComponent("blobs")

    private static func entries(of folder: URL) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    }

    /// The names that stories list, and those in the cases of the fidelity test.
    private static func named() throws -> Set<String> {
        var names: Set<String> = []
        for folder in try entries(of: Places.fixtures) {
            let story = folder.appendingPathComponent("story.json")
            guard FileManager.default.fileExists(atPath: story.path) else { continue }
            let object = try JSONSerialization.jsonObject(with: try Data(contentsOf: story))
            let blobs = (object as? [String: Any])?["blobs"] as? [String]
            names.formUnion(try #require(blobs, "\(folder.lastPathComponent)"))
        }
        for file in try entries(of: Places.fixtures.appendingPathComponent("fidelity")) {
            let text = try String(contentsOf: file, encoding: .utf8)
            names.formUnion(text.matches(of: /bafkrei[a-z2-7]{52}/).map { String($0.output) })
        }
        return names
    }

    @Test func everyBlobIsNamedSomewhereAndEveryNameIsThere() throws {
        let files = Set(try Self.entries(of: Self.blobs).map(\.lastPathComponent))
        let named = try Self.named()
        #expect(named.count > 100)
        #expect(files.subtracting(named).sorted() == [], "nobody's")
        #expect(named.subtracting(files).sorted() == [], "missing")
    }

    @Test func everyBlobHashesToItsName() throws {
        for file in try Self.entries(of: Self.blobs) {
            let bytes = [UInt8](try Data(contentsOf: file))
            #expect(CID.raw(bytes).text == file.lastPathComponent)
        }
    }
}
