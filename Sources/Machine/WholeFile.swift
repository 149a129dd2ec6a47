import CPosix

/// Regular files as bytes.
public enum WholeFile {
    /// Why there are no bytes.
    public enum Failure: Error, Equatable, Sendable {
        /// The system's error number, positive.
        case system(Int64)
        case tooLarge(Int64)
        /// The file changed while it was read.
        case cutOff(Int64, of: Int64)

        /// Behind the name of the file.
        public var message: String {
            switch self {
            case .system(let number): "error \(number)"
            case .tooLarge(let size): "\(size) bytes, too many to read"
            case .cutOff(let count, let size): "\(count) of \(size) bytes could be read"
            }
        }
    }

    /// All bytes of the file at `path`, at most `limit`.
    public static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
        let size = cposix_file_size(path)
        guard size >= 0 else { throw .system(-size) }
        guard size <= Int64(limit) else { throw .tooLarge(size) }
        var buffer = [UInt8](repeating: 0, count: Int(size))
        let count = buffer.withUnsafeMutableBufferPointer {
            cposix_read_file(path, $0.baseAddress, $0.count)
        }
        guard count >= 0 else { throw .system(-count) }
        guard count == size else { throw .cutOff(count, of: size) }
        return buffer
    }
}
