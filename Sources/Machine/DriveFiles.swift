import Archive
import CPosix
import Content

/// Reads the content that is part of the machine: a directory of blocks, each in a file named by its
/// CID, or one CAR file. Everything is verified and made into files before it is taken.
public enum DriveFiles {
    /// The environment variable with the path; unset, there is no drive.
    public static var variable: StaticString { "DEML_CONTENT_DRIVE" }

    /// Bytes of all files together: a drive is held in memory.
    static var sizeLimit: Int { 1 << 28 }
    /// Bytes of all names in a directory.
    private static var namesLimit: Int { 1 << 22 }

    /// Why a drive cannot be used. A machine with such a drive must not start.
    public struct Failure: Error, Equatable, Sendable {
        /// For the operator.
        public let message: String
    }

    /// The drive at `path`, sealed.
    public static func read(_ path: String) throws(Failure) -> ContentDrive {
        var drive = try blocks(path)
        do throws(ContentDrive.Fault) {
            try drive.seal()
        } catch {
            throw Failure(message: "\(path): \(error.message)")
        }
        return drive
    }

    private static func blocks(_ path: String) throws(Failure) -> ContentDrive {
        var drive = ContentDrive()
        var size = 0
        let kind = cposix_is_directory(path)
        guard kind >= 0 else { throw Failure(message: "\(path): error \(-kind)") }
        guard kind == 1 else {
            let file = try bytes(of: path, &size)
            do throws(CARError) {
                try drive.add(car: file)
            } catch {
                throw Failure(message: "\(path): \(error.message)")
            }
            return drive
        }
        for name in try names(in: path) {
            let file = "\(path)/\(name)"
            // What a file system puts there by itself.
            if name.utf8.first == 0x2e || cposix_is_directory(file) == 1 { continue }
            guard let cid = try? CID(text: Array(name.utf8)) else {
                throw Failure(message: "\(file): the name is no CID that DeML accepts")
            }
            guard drive.add(try bytes(of: file, &size), cid: cid) else {
                throw Failure(message: "\(file): the bytes do not hash to the CID")
            }
        }
        return drive
    }

    private static func bytes(of path: String, _ total: inout Int) throws(Failure) -> [UInt8] {
        do throws(WholeFile.Failure) {
            let bytes = try WholeFile.read(path, limit: sizeLimit - total)
            total += bytes.count
            return bytes
        } catch {
            if case .tooLarge = error {
                throw Failure(message: "\(path): the drive has more than \(sizeLimit) bytes")
            }
            throw Failure(message: "\(path): \(error.message)")
        }
    }

    /// The names in a directory, sorted, so that the first fault found is always the same.
    private static func names(in path: String) throws(Failure) -> [String] {
        var buffer = [UInt8](repeating: 0, count: namesLimit)
        let count = buffer.withUnsafeMutableBufferPointer {
            cposix_directory_names(path, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw Failure(message: "\(path): error \(-count)") }
        guard count <= Int64(namesLimit) else {
            throw Failure(message: "\(path): too many files; use a CAR file")
        }
        var names: [[UInt8]] = []
        var start = 0
        for index in 0..<Int(count) where buffer[index] == 0 {
            names.append(Array(buffer[start..<index]))
            start = index + 1
        }
        names.sort { $0.lexicographicallyPrecedes($1) }
        return names.map { String(decoding: $0, as: UTF8.self) }
    }
}
