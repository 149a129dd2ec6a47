import Foundation
import Terminal

/// What the pretend chain remembers beside its inputs and transactions: how far the clock was moved.
final class ChainMarks {
    private struct Content: Codable {
        var clockOffset: Int64 = 0
        /// The block that the clock was moved after.
        var clockBlock: UInt64 = 0
    }

    private let path: String
    private var content: Content

    /// Reads `chain.json` in `folder` when it is there.
    init(folder: String) throws {
        path = folder + "/chain.json"
        guard FileManager.default.fileExists(atPath: path) else {
            content = Content()
            return
        }
        let data = Data(try Files.read(path))
        guard let content = try? JSONDecoder().decode(Content.self, from: data) else {
            throw StateFileError.system(
                path: path,
                reason: "this is not what a node wrote; without the file it forgets "
                    + "how far the time was moved")
        }
        self.content = content
    }

    var clockOffset: Int64 { content.clockOffset }
    var clockBlock: UInt64 { content.clockBlock }

    /// The old file stays until the new one is whole.
    func save(_ clock: BlockClock) throws {
        content.clockOffset = clock.offset
        content.clockBlock = clock.last.number
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try Files.write(Array(try encoder.encode(content)), to: path)
    }
}
