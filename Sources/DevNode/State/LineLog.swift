import Foundation

/// A file of lines that only grows, for one process at a time.
///
/// A line counts when it is on the disk with its line break: `append` returns no earlier. What a
/// crash left of a line without its break was never acknowledged and is cut off.
final class LineLog {
    let path: String
    /// Bytes of a torn last line that were cut off.
    let discarded: Int
    private let handle: FileHandle
    /// The lines that were there, until they are taken.
    private var lines: [Data]
    /// Bytes of whole lines, and of those without the last one.
    private var length: Int
    private var lengthBefore: Int

    /// Opens or makes the file and locks it against another process.
    init(_ path: String) throws(StateFileError) {
        self.path = path
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .system(path: path, reason: Self.reason) }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw .inUse(path: path) }
        Self.synchronize(folderOf: path)
        let data: Data
        do {
            data = try handle.readToEnd() ?? Data()
        } catch {
            throw .system(path: path, reason: "\(error)")
        }
        length = (data.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        discarded = data.count - length
        lines = data.prefix(length).split(separator: UInt8(ascii: "\n"))
        lengthBefore = length - (lines.last.map { $0.count + 1 } ?? 0)
        guard cut(to: length) else { throw .system(path: path, reason: Self.reason) }
    }

    /// The lines that were there when the file was opened; they are given out once.
    func takeLines() -> [Data] {
        defer { lines = [] }
        return lines
    }

    /// Writes `line`, which has no line break, and returns when the disk has it.
    func append(_ line: [UInt8]) throws(StateFileError) {
        let data = Data(line + [UInt8(ascii: "\n")])
        do {
            try handle.write(contentsOf: data)
        } catch {
            _ = cut(to: length)
            throw .system(path: path, reason: "\(error)")
        }
        guard fsync(handle.fileDescriptor) == 0 else {
            let reason = Self.reason
            _ = cut(to: length)
            throw .system(path: path, reason: reason)
        }
        lengthBefore = length
        length += data.count
    }

    /// Takes back the last line, which does not count after all; only once.
    func removeLast() throws(StateFileError) {
        guard cut(to: lengthBefore), fsync(handle.fileDescriptor) == 0 else {
            throw .system(path: path, reason: Self.reason)
        }
        length = lengthBefore
    }

    /// Cuts off what is behind, so that the next line starts clean.
    private func cut(to length: Int) -> Bool {
        ftruncate(handle.fileDescriptor, off_t(length)) == 0
            && lseek(handle.fileDescriptor, off_t(length), SEEK_SET) >= 0
    }

    /// Makes the file's name in its folder durable too.
    private static func synchronize(folderOf path: String) {
        let folder = (path as NSString).deletingLastPathComponent
        let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}

/// Why a file of the node's state cannot be used.
public enum StateFileError: Error, Equatable, Sendable, CustomStringConvertible {
    case system(path: String, reason: String)
    case inUse(path: String)
    /// A whole line, counted from 1, is not what the file has.
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
