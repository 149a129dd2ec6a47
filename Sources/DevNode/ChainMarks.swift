import ABI
import Foundation
import Terminal

/// What the pretend chain remembers beside its inputs: how far the clock was moved, and which
/// outputs were executed.
final class ChainMarks {
    struct Execution: Codable, Equatable {
        let index: Int
        let transactionHash: String

        init(index: Int, transaction: Bytes32) {
            self.index = index
            transactionHash = Hex.string(transaction.bytes)
        }

        var transaction: Bytes32 {
            Hex.decode(Array(transactionHash.utf8)).flatMap { Bytes32($0) } ?? .zero
        }
    }

    private struct Content: Codable {
        var clockOffset: Int64 = 0
        /// The block that the clock was moved after.
        var clockBlock: UInt64 = 0
        var executions: [Execution] = []
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
            throw InputLogError.system(
                path: path,
                reason: "this is not what a node wrote; without the file it forgets "
                    + "how far the time was moved and which outputs were executed")
        }
        self.content = content
    }

    var clockOffset: Int64 { content.clockOffset }
    var clockBlock: UInt64 { content.clockBlock }
    var executions: [Execution] { content.executions }

    func save(_ clock: BlockClock) throws {
        content.clockOffset = clock.offset
        content.clockBlock = clock.last.number
        try save()
    }

    func append(_ execution: Execution) throws {
        content.executions.append(execution)
        try save()
    }

    /// The old file stays until the new one is whole.
    private func save() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try Files.write(Array(try encoder.encode(content)), to: path)
    }
}
