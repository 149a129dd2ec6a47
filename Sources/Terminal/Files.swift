import CoreCommands
import Foundation

/// Files as bytes, with failures that name the file and the reason.
package enum Files {
    /// The largest file that is read: far above any blob, CAR file or source of one.
    static var sizeLimit: Int { 1 << 31 }

    /// The bytes of a file, or of standard input under the name `-`.
    package static func readArgument(_ path: String) throws(ToolFailure) -> [UInt8] {
        path == "-" ? try StandardInput.read() : try read(path)
    }

    /// Writes a file, or to standard output under the name `-`.
    package static func writeArgument(_ bytes: [UInt8], to path: String) throws(ToolFailure) {
        if path == "-" {
            try StandardOutput.write(bytes)
        } else {
            try write(bytes, to: path)
        }
    }

    /// The bytes of a file, a pipe or a device.
    package static func read(_ path: String) throws(ToolFailure) -> [UInt8] {
        let bytes: [UInt8]
        do throws(SystemError) {
            let descriptor = try open(path, O_RDONLY)
            defer { close(descriptor.number) }
            bytes = try descriptor.readAll(limit: sizeLimit)
        } catch {
            throw error.failure("\"\(path)\"", "read")
        }
        guard bytes.count <= sizeLimit else { throw tooLarge("\"\(path)\"") }
        return bytes
    }

    static func tooLarge(_ name: String) -> ToolFailure {
        ToolFailure("file", "\(name) has more than \(sizeLimit) bytes")
    }

    /// Writes a file, whole or not at all, through links and with the mode, owner and group that it
    /// has. Pipes, devices, and files that have another name or another owner, or whose folder takes
    /// no new file, are written to in place.
    package static func write(_ bytes: [UInt8], to path: String) throws(ToolFailure) {
        do throws(SystemError) {
            if let target = Replaceable(path) {
                guard try !target.replace(with: bytes) else { return }
            }
            let descriptor = try open(path, O_WRONLY | O_CREAT | O_TRUNC)
            defer { close(descriptor.number) }
            try descriptor.write(bytes)
        } catch {
            throw error.failure("\"\(path)\"", "written")
        }
    }

    /// Makes a folder, and those that it lies in, where there is none.
    package static func makeFolder(_ path: String) throws(ToolFailure) {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        } catch {
            throw failure(error, path, "made")
        }
    }

    /// The names in a folder, sorted, so that the first fault is always the same.
    package static func names(inFolder path: String) throws(ToolFailure) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: path).sorted()
        } catch {
            throw failure(error, path, "read")
        }
    }

    /// Foundation's reason is the system's, one level down.
    private static func failure(
        _ error: any Error, _ path: String, _ what: String
    ) -> ToolFailure {
        let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error ?? error
        let reason = (cause as? POSIXError).map { SystemError(number: $0.code.rawValue).reason }
        return ToolFailure(
            "file", "\"\(path)\" cannot be \(what): \(reason ?? cause.localizedDescription)")
    }

    fileprivate static func open(
        _ path: String, _ flags: Int32, mode: mode_t = 0o666
    ) throws(SystemError) -> Descriptor {
        // The system would take what stands before a zero byte, another name.
        guard !path.utf8.contains(0) else { throw SystemError(number: EINVAL) }
        let number = Foundation.open(path, flags | O_CLOEXEC, mode)
        guard number >= 0 else { throw .last }
        return Descriptor(number: number)
    }
}

/// A regular file that a new one may take the place of, or a name that is free.
private struct Replaceable {
    /// Where links lead to.
    private let path: String
    /// Nil where nothing is yet.
    private let status: stat?

    /// Nil for what has to be written to in place.
    init?(_ path: String) {
        var found = stat()
        guard !path.utf8.contains(0) else { return nil }
        guard stat(path, &found) == 0 else {
            // A link that leads nowhere is written through, too.
            guard errno == ENOENT, lstat(path, &found) != 0 else { return nil }
            (self.path, status) = (path, nil)
            return
        }
        guard found.st_mode & S_IFMT == S_IFREG, found.st_nlink == 1, found.st_uid == geteuid(),
            access(path, W_OK) == 0, !path.hasPrefix("/dev/"), !path.hasPrefix("/proc/"),
            let real = realpath(path, nil)
        else { return nil }
        defer { free(real) }
        // A name that is not UTF-8 would be repaired, to another name.
        guard let name = String(validatingCString: real) else { return nil }
        (self.path, status) = (name, found)
    }

    /// Writes a file beside this one and puts it in its place; false where the folder takes none.
    func replace(with bytes: [UInt8]) throws(SystemError) -> Bool {
        let folder = path.lastIndex(of: "/").map { path[...$0] } ?? ""
        let beside = "\(folder).deml-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        guard let descriptor = try? Files.open(beside, O_WRONLY | O_CREAT | O_EXCL) else {
            return false
        }
        defer { close(descriptor.number) }
        do throws(SystemError) {
            if let status {
                guard fchown(descriptor.number, status.st_uid, status.st_gid) == 0,
                    fchmod(descriptor.number, status.st_mode & 0o7777) == 0
                else {
                    unlink(beside)
                    return false
                }
            }
            try descriptor.write(bytes)
            guard fsync(descriptor.number) == 0, rename(beside, path) == 0 else { throw .last }
            return true
        } catch {
            unlink(beside)
            throw error
        }
    }
}
