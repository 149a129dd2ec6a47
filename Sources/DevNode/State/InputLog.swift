import Foundation
import Marketplace
import Rollup
import Vouchers

/// The inputs of the application, one JSON object in a line, in a file that only grows.
///
/// The file is the `inputs.jsonl` of a fixture; lines that are queries, as fixtures have them, are
/// kept and skipped.
final class InputLog {
    /// The inputs that were there when the log was opened.
    let inputs: [(metadata: ChainMetadata, payload: [UInt8])]
    private let file: LineLog

    /// Opens or makes `inputs.jsonl` in `folder` and locks it against another node.
    init(folder: String) throws(StateFileError) {
        file = try LineLog(folder + "/inputs.jsonl")
        inputs = try Self.inputs(in: file.takeLines(), path: file.path)
    }

    var path: String { file.path }
    /// Bytes of a torn last line that were cut off.
    var discarded: Int { file.discarded }

    /// Writes `line`, which has no line break, and returns when the disk has it.
    func append(_ line: [UInt8]) throws(StateFileError) {
        try file.append(line)
    }

    private static func inputs(
        in lines: [Data], path: String
    ) throws(StateFileError) -> [(metadata: ChainMetadata, payload: [UInt8])] {
        var inputs: [(metadata: ChainMetadata, payload: [UInt8])] = []
        for (index, line) in lines.enumerated() {
            let request: RollupRequest
            do throws(RequestError) {
                request = try RollupRequest(parsingJSON: Array(line))
            } catch {
                throw .malformed(path: path, line: index + 1, reason: "\(error.message)")
            }
            guard case .advance(let input) = request else { continue }
            guard let metadata = ChainMetadata(input.metadata) else {
                throw .malformed(
                    path: path, line: index + 1, reason: "the metadata is not complete")
            }
            guard metadata.index == UInt64(inputs.count) else {
                throw .malformed(
                    path: path, line: index + 1,
                    reason: "expected input_index \(inputs.count), as \(inputs.count) came before")
            }
            inputs.append((metadata, input.payload))
        }
        return inputs
    }
}
