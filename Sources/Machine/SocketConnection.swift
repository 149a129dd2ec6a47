import CPosix
import Rollup

/// A TCP connection, and the process around it.
public struct SocketConnection: Connection {
    private let host: [UInt8]
    private let port: UInt16
    private var descriptor: Int32 = -1

    /// Nothing is opened before `open`.
    public init(url: ServerURL) {
        host = Array(url.host.utf8)
        port = url.port
    }

    /// Connects: 0, or a negative error number of the system.
    public mutating func open() -> Int32 {
        close()
        let result = cposix_connect(host, host.count, port)
        if result >= 0 {
            descriptor = result
        }
        return min(result, 0)
    }

    /// Connected, with neither bytes nor an end waiting to be read.
    public mutating func isIdle() -> Bool {
        descriptor >= 0 && cposix_is_idle(descriptor) == 1
    }

    /// Blocks until the system has all of `bytes`, or refuses some.
    public mutating func send(_ bytes: [UInt8]) -> Bool {
        descriptor >= 0 && cposix_send(descriptor, bytes, bytes.count) == 0
    }

    /// Blocks until there are bytes, or an end.
    public mutating func receive(into buffer: inout [UInt8]) -> Int {
        guard descriptor >= 0 else { return 0 }
        let descriptor = descriptor
        let count = buffer.withUnsafeMutableBufferPointer {
            cposix_receive(descriptor, $0.baseAddress, $0.count)
        }
        // At most the count of the buffer, so it fits.
        return max(Int(truncatingIfNeeded: count), 0)
    }

    /// Closes what is open, if anything is.
    public mutating func close() {
        guard descriptor >= 0 else { return }
        cposix_close(descriptor)
        descriptor = -1
    }

    /// Sleeps.
    public mutating func pause(milliseconds: UInt32) {
        cposix_sleep(milliseconds)
    }

    /// Writes to the standard error stream.
    public mutating func log(_ line: String) {
        MachineProcess.log(line)
    }
}
