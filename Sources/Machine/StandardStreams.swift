import CPosix

/// Standard input and output, for programs that answer lines with lines.
public enum StandardStreams {
    /// Waits for bytes and puts them at the beginning of `buffer`, which is not empty: their count, 0
    /// at the end of the input, or a negative error number.
    public static func read(into buffer: inout [UInt8]) -> Int {
        let count = buffer.withUnsafeMutableBufferPointer {
            cposix_read_input($0.baseAddress, $0.count)
        }
        // At most the count of the buffer, so it fits.
        return Int(truncatingIfNeeded: count)
    }

    /// Whether all of `bytes` were handed over.
    public static func write(_ bytes: [UInt8]) -> Bool {
        bytes.withUnsafeBufferPointer { cposix_write_output($0.baseAddress, $0.count) } == 0
    }
}
