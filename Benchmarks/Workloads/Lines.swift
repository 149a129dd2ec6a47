import CPosix

/// Standard input, line by line.
struct Lines {
    private var text: [UInt8] = []
    private var start = 0
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)

    init() {
        // More than two of the longest, so that it never grows.
        text.reserveCapacity(1 << 19)
    }

    mutating func next() -> [UInt8]? {
        var searched = start
        while true {
            if let end = text[searched...].firstIndex(of: 0x0A) {
                let line = Array(text[start..<end])
                start = end + 1
                return line
            }
            if start > 0 {
                text.removeFirst(start)
                start = 0
            }
            searched = text.count
            let count = buffer.withUnsafeMutableBufferPointer {
                cposix_read_input($0.baseAddress, $0.count)
            }
            guard count > 0 else { return nil }
            text += buffer[..<Int(count)]
        }
    }
}
