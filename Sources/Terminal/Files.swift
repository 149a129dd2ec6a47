import CoreCommands
import Foundation

/// Files as bytes, with failures that name the file and the reason.
package enum Files {
    /// The largest file that is read: far above any blob, CAR file or source of one.
    private static var sizeLimit: Int { 1 << 31 }

    package static func read(_ path: String) throws(ToolFailure) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(path, "cannot be read", errno) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, "cannot be read", errno) }
        if status.st_mode & S_IFMT == S_IFDIR { throw failure(path, "cannot be read", EISDIR) }
        do {
            let data = try handle.read(upToCount: sizeLimit + 1) ?? Data()
            if data.count <= sizeLimit { return [UInt8](data) }
        } catch {
            throw failure(path, "cannot be read", EIO)
        }
        throw ToolFailure("file", "\"\(path)\" has more than \(sizeLimit) bytes")
    }

    package static func write(_ bytes: [UInt8], to path: String) throws(ToolFailure) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ToolFailure("file", "\"\(path)\" cannot be written")
        }
    }

    private static func failure(_ path: String, _ what: String, _ number: Int32) -> ToolFailure {
        ToolFailure("file", "\"\(path)\" \(what): \(String(cString: strerror(number)))")
    }
}
