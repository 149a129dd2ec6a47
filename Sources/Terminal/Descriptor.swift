import CoreCommands
import Foundation

/// An open file, pipe or device, read and written to without buffers.
struct Descriptor: Sendable {
    let number: Int32

    /// Fills as much of `chunk` as is there now; 0 at the end.
    func read(into chunk: inout [UInt8]) throws(SystemError) -> Int {
        while true {
            let count = chunk.withUnsafeMutableBytes {
                Foundation.read(number, $0.baseAddress, $0.count)
            }
            if count >= 0 { return count }
            try SystemError.last.orWait(for: POLLIN, of: number)
        }
    }

    /// Everything up to the end, at most `limit` bytes; one byte more is read to see the excess.
    func readAll(limit: Int) throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        while bytes.count <= limit {
            let count = try read(into: &chunk)
            if count == 0 { break }
            bytes += chunk[..<count]
        }
        return bytes
    }

    /// Writes all of `bytes`.
    func write(_ bytes: [UInt8]) throws(SystemError) {
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes {
                Foundation.write(number, $0.baseAddress?.advanced(by: done), $0.count - done)
            }
            if count >= 0 {
                done += count
            } else {
                try SystemError.last.orWait(for: POLLOUT, of: number)
            }
        }
    }
}

/// Why the system refused a call.
struct SystemError: Error, Equatable {
    let number: Int32

    /// That of the call that has just failed.
    static var last: SystemError { SystemError(number: errno) }

    var reason: String { String(cString: strerror(number)) }

    /// What was to be done with `name` and cannot be, for people.
    func failure(_ name: String, _ what: String) -> ToolFailure {
        ToolFailure("file", "\(name) cannot be \(what): \(reason)")
    }

    /// Returns when the call may be made again; whoever started this program may have left its
    /// streams in a state where they do not wait by themselves.
    fileprivate func orWait(for event: Int32, of descriptor: Int32) throws(SystemError) {
        if number == EINTR { return }
        guard number == EAGAIN else { throw self }
        var state = pollfd(fd: descriptor, events: Int16(event), revents: 0)
        _ = poll(&state, 1, -1)
    }
}
