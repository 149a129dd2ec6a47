import CPosix

/// The process that the application runs in.
public enum MachineProcess {
    /// Longer values are taken for unset.
    private static var valueLimit: Int { 4_096 }

    /// The value of an environment variable; nil when it is unset, empty or longer than 4 KiB.
    ///
    /// Read before the first `/finish` only: afterwards the environment is no part of the state.
    public static func environment(_ name: String) -> String? {
        var buffer = [UInt8](repeating: 0, count: valueLimit)
        let length = buffer.withUnsafeMutableBufferPointer {
            cposix_environment(name, $0.baseAddress, $0.count)
        }
        guard length > 0, length <= Int64(valueLimit) else { return nil }
        return String(decoding: buffer[..<Int(truncatingIfNeeded: length)], as: UTF8.self)
    }

    /// A command-line argument, counted from 1; nil when there are not that many, or when it is
    /// empty or longer than 4 KiB.
    public static func argument(_ index: Int32) -> String? {
        var buffer = [UInt8](repeating: 0, count: valueLimit)
        let length = buffer.withUnsafeMutableBufferPointer {
            cposix_argument(index, $0.baseAddress, $0.count)
        }
        guard length > 0, length <= Int64(valueLimit) else { return nil }
        return String(decoding: buffer[..<Int(truncatingIfNeeded: length)], as: UTF8.self)
    }

    /// One line on the standard error stream, without a time: the machine's output is reproducible.
    public static func log(_ line: String) {
        var bytes = Array("deml: ".utf8)
        bytes.append(contentsOf: line.utf8)
        bytes.append(0x0A)
        cposix_log(bytes, bytes.count)
    }

    /// Ends the process. Inside the machine this ends the application for good.
    public static func exit(status: Int32) -> Never {
        cposix_exit(status)
    }
}
