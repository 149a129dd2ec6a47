import Foundation
import Marketplace
import Rollup
import Vouchers

/// The inputs of the application, one JSON object in a line, in a file that only grows.
///
/// A line counts when it is on the disk with its line break: `append` returns no earlier. What a
/// crash left of a line without its break was never acknowledged and is cut off. The file is the
/// `inputs.jsonl` of a fixture; lines that are queries, as fixtures have them, are kept and skipped.
final class InputLog {
    /// The inputs that were there when the log was opened.
    let inputs: [(metadata: ChainMetadata, payload: [UInt8])]
    /// Bytes of a torn last line that were cut off.
    let discarded: Int
    let path: String
    private let handle: FileHandle
    /// Bytes of whole lines.
    private var length: Int

    /// Opens or makes `inputs.jsonl` in `folder` and locks it against another node.
    init(folder: String) throws(InputLogError) {
        path = folder + "/inputs.jsonl"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(path: path, reason: Self.reason) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
        Self.synchronize(folder: folder)
        let data: Data
        do {
            data = try handle.readToEnd() ?? Data()
        } catch {
            throw .system(path: path, reason: "\(error)")
        }
        let end = (data.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        discarded = data.count - end
        length = end
        inputs = try Self.inputs(in: data.prefix(end), path: path)
        guard ftruncate(descriptor, off_t(end)) == 0, lseek(descriptor, off_t(end), SEEK_SET) >= 0
        else { throw .system(path: path, reason: Self.reason) }
    }

    /// Writes `line`, which has no line break, and returns when the disk has it.
    func append(_ line: [UInt8]) throws(InputLogError) {
        let data = Data(line + [UInt8(ascii: "\n")])
        do {
            try handle.write(contentsOf: data)
        } catch {
            takeBack()
            throw .system(path: path, reason: "\(error)")
        }
        guard fsync(handle.fileDescriptor) == 0 else {
            let reason = Self.reason
            takeBack()
            throw .system(path: path, reason: reason)
        }
        length += data.count
    }

    /// Cuts off what was written of a line that does not count, so that the next one starts clean.
    private func takeBack() {
        _ = ftruncate(handle.fileDescriptor, off_t(length))
        _ = lseek(handle.fileDescriptor, off_t(length), SEEK_SET)
    }

    private static func inputs(
        in data: Data, path: String
    ) throws(InputLogError) -> [(metadata: ChainMetadata, payload: [UInt8])] {
        var inputs: [(metadata: ChainMetadata, payload: [UInt8])] = []
        for (index, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
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

    /// Makes the file's name in its folder durable too.
    private static func synchronize(folder: String) {
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// Why the log of inputs cannot be used.
public enum InputLogError: Error, Equatable, Sendable, CustomStringConvertible {
    case system(path: String, reason: String)
    case inUse(path: String)
    /// A whole line, counted from 1, is not an input.
    case malformed(path: String, line: Int, reason: String)

    public var description: String {
        switch self {
        case .system(let path, let reason):
            return "\(path): \(reason)"
        case .inUse(let path):
            return "\(path) is in use by another node; give this one its own folder with --state"
        case .malformed(let path, let line, let reason):
            return "\(path):\(line): \(reason)"
        }
    }
}
