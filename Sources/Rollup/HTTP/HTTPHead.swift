/// What the status line and the headers of an answer say about its framing.
struct HTTPHead: Sendable {
    private(set) var status = 0
    var keepsConnection = true
    private(set) var contentLength: Int?
    private(set) var isChunked = false
    /// The server said so, which nothing else it says can undo.
    private var closes = false

    /// RFC 9112, section 4: `HTTP-version SP status-code SP [ reason-phrase ]`.
    mutating func takeStatusLine(_ line: [UInt8]) throws(HTTPError) {
        guard line.count >= 12, HTTPHead.begins(line, with: "HTTP/1."), line[8] == 0x20 else {
            throw .statusLine
        }
        switch line[7] {
        case 0x30: keepsConnection = false
        case 0x31: keepsConnection = true
        default: throw .statusLine
        }
        for digit in line[9..<12] {
            guard (0x30...0x39).contains(digit) else { throw .statusLine }
            status = 10 * status + Int(digit - 0x30)
        }
        guard status >= 100, line.count == 12 || line[12] == 0x20 else { throw .statusLine }
    }

    /// RFC 9112, section 5: `field-name ":" OWS field-value OWS`, the name without blanks.
    mutating func takeHeader(_ line: [UInt8]) throws(HTTPError) {
        guard let colon = line.firstIndex(of: 0x3A), colon > 0 else { throw .header }
        let name = line[..<colon]
        for byte in name where byte <= 0x20 || byte == 0x7F {
            throw .header
        }
        let value = HTTPHead.trimmed(line[(colon + 1)...])
        if HTTPHead.equal(name, "content-length") {
            try takeContentLength(value)
        } else if HTTPHead.equal(name, "transfer-encoding") {
            guard HTTPHead.equal(value, "chunked"), !isChunked else { throw .transferEncoding }
            isChunked = true
        } else if HTTPHead.equal(name, "connection") {
            takeConnection(value)
        }
    }

    private mutating func takeContentLength(_ value: ArraySlice<UInt8>) throws(HTTPError) {
        guard !value.isEmpty else { throw .contentLength }
        var length = 0
        for digit in value {
            guard (0x30...0x39).contains(digit) else { throw .contentLength }
            // Far above the limit is as good as any larger number.
            length = min(10 * length + Int(digit - 0x30), 1 << 40)
        }
        guard contentLength == nil || contentLength == length else { throw .contentLength }
        contentLength = length
    }

    private mutating func takeConnection(_ value: ArraySlice<UInt8>) {
        for option in value.split(separator: 0x2C) {
            let option = HTTPHead.trimmed(option)
            if HTTPHead.equal(option, "close") {
                closes = true
                keepsConnection = false
            } else if HTTPHead.equal(option, "keep-alive"), !closes {
                keepsConnection = true
            }
        }
    }

    /// RFC 9112, section 7.1: `chunk-size [ chunk-ext ]`, the size in hexadecimal digits.
    static func chunkSize(_ line: [UInt8]) throws(HTTPError) -> Int {
        let end = line.firstIndex(of: 0x3B) ?? line.count
        let digits = trimmed(line[..<end])
        guard !digits.isEmpty else { throw .chunk }
        var size = 0
        for digit in digits {
            let value: UInt8
            switch digit {
            case 0x30...0x39: value = digit - 0x30
            case 0x41...0x46: value = digit - 0x37
            case 0x61...0x66: value = digit - 0x57
            default: throw .chunk
            }
            size = min(16 * size + Int(value), 1 << 40)
        }
        return size
    }

    /// Without the blanks around it.
    private static func trimmed(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var rest = text
        while let byte = rest.first, byte == 0x20 || byte == 0x09 {
            rest.removeFirst()
        }
        while let byte = rest.last, byte == 0x20 || byte == 0x09 {
            rest.removeLast()
        }
        return rest
    }

    /// Whether `line` begins with `expected`, letter for letter.
    private static func begins(_ line: [UInt8], with expected: StaticString) -> Bool {
        guard line.count >= expected.utf8CodeUnitCount else { return false }
        return expected.withUTF8Buffer { expected in
            for i in 0..<expected.count where line[i] != expected[i] {
                return false
            }
            return true
        }
    }

    /// Whether `text` is `expected`, which has no upper-case letters, in any case.
    private static func equal(_ text: ArraySlice<UInt8>, _ expected: StaticString) -> Bool {
        guard text.count == expected.utf8CodeUnitCount else { return false }
        return expected.withUTF8Buffer { expected in
            for i in 0..<expected.count {
                let byte = text[text.startIndex + i]
                let isUpper = (0x41...0x5A).contains(byte)
                guard (isUpper ? byte | 0x20 : byte) == expected[i] else { return false }
            }
            return true
        }
    }
}
