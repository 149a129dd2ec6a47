/// Where the rollup server listens: `http://host[:port][/prefix]`.
public struct ServerURL: Equatable, Sendable {
    /// Why a text is no such address.
    public enum ParsingError: UInt8, Error, Sendable {
        /// Not `http://`. The server speaks plain HTTP on the loopback interface.
        case scheme = 1
        /// Empty, or with a character that is in no host name or address.
        case host = 2
        /// Not a number from 1 to 65535.
        case port = 3
        /// With a query, a fragment or a character that must be escaped.
        case path = 4

        /// What is wrong, as the rest of a sentence about the address.
        public var message: String {
            switch self {
            case .scheme: "it must begin with http://"
            case .host: "its host is neither a name nor an address"
            case .port: "its port is not a number from 1 to 65535"
            case .path: "its path has a query, a fragment or a character that must be escaped"
            }
        }
    }

    /// A name or an address, IPv6 without its brackets.
    public let host: String
    /// 80 unless the address says otherwise.
    public let port: UInt16
    /// Empty, or a path that begins with a slash and does not end with one.
    public let pathPrefix: String
    /// What the `Host` header says.
    public let authority: String

    /// Where the server of the rollup machine listens.
    public static var standard: ServerURL {
        ServerURL(
            host: "127.0.0.1", port: 5004, pathPrefix: "", authority: "127.0.0.1:5004")
    }

    private init(host: String, port: UInt16, pathPrefix: String, authority: String) {
        self.host = host
        self.port = port
        self.pathPrefix = pathPrefix
        self.authority = authority
    }

    /// Reads an address; see the type for its form.
    public init(parsing text: String) throws(ParsingError) {
        let bytes = Array(text.utf8)
        let scheme = Array("http://".utf8)
        guard bytes.count >= scheme.count else { throw .scheme }
        for i in 0..<scheme.count {
            let isLetter = (0x41...0x5A).contains(bytes[i])
            guard bytes[i] | (isLetter ? 0x20 : 0) == scheme[i] else { throw .scheme }
        }
        let start = scheme.count
        let slash = bytes[start...].firstIndex(of: 0x2F) ?? bytes.count
        let (hostRange, portStart) = try ServerURL.splitAuthority(bytes, start..<slash)

        host = String(decoding: bytes[hostRange], as: UTF8.self)
        port =
            try portStart.map { (index) throws(ParsingError) in
                try ServerURL.parsePort(bytes[index..<slash])
            } ?? 80
        authority = String(decoding: bytes[start..<slash], as: UTF8.self)
        pathPrefix = try ServerURL.parsePath(bytes[slash...])
    }

    /// The host without brackets, and where the digits of the port begin.
    private static func splitAuthority(
        _ bytes: [UInt8], _ range: Range<Int>
    ) throws(ParsingError) -> (host: Range<Int>, portStart: Int?) {
        guard let first = bytes[range].first else { throw .host }
        var host = range
        var rest = range.upperBound
        if first == 0x5B {
            guard let bracket = bytes[range].firstIndex(of: 0x5D) else { throw .host }
            host = (range.lowerBound + 1)..<bracket
            rest = bracket + 1
            guard rest == range.upperBound || bytes[rest] == 0x3A else { throw .host }
        } else if let colon = bytes[range].firstIndex(of: 0x3A) {
            host = range.lowerBound..<colon
            rest = colon
        }
        guard !host.isEmpty else { throw .host }
        for byte in bytes[host] {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2E: continue
            case 0x3A where first == 0x5B: continue
            case 0x2D where first != 0x5B, 0x5F where first != 0x5B: continue
            default: throw .host
            }
        }
        return (host, rest < range.upperBound ? rest + 1 : nil)
    }

    private static func parsePort(_ digits: ArraySlice<UInt8>) throws(ParsingError) -> UInt16 {
        guard (1...5).contains(digits.count) else { throw .port }
        var value: UInt32 = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { throw .port }
            value = 10 * value + UInt32(digit - 0x30)
        }
        guard let port = UInt16(exactly: value), port > 0 else { throw .port }
        return port
    }

    private static func parsePath(_ path: ArraySlice<UInt8>) throws(ParsingError) -> String {
        var end = path.endIndex
        while end > path.startIndex, path[end - 1] == 0x2F {
            end -= 1
        }
        for byte in path[..<end] {
            // RFC 3986, section 3.3: the characters of a path that need no percent-encoding.
            switch byte {
            case 0x21, 0x24...0x3B, 0x3D, 0x40...0x5A, 0x5F, 0x61...0x7A, 0x7E: continue
            default: throw .path
            }
        }
        return String(decoding: path[..<end], as: UTF8.self)
    }
}
