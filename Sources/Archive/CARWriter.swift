import Content

/// Writes CAR files of version 1.
public enum CARWriter {
    /// A file with these roots and blocks, in this order.
    public static func encode(roots: [CID], blocks: [Block]) -> [UInt8] {
        var header: [UInt8] = [0xa2, 0x65] + Array("roots".utf8)
        appendHead(major: 4, UInt64(roots.count), to: &header)
        for root in roots {
            let cid = root.binary
            header += [0xd8, 42]
            appendHead(major: 2, UInt64(cid.count + 1), to: &header)
            header.append(0)
            header += cid
        }
        header += [0x67] + Array("version".utf8) + [1]
        var result: [UInt8] = []
        appendVarint(UInt64(header.count), to: &result)
        result += header
        for block in blocks {
            let cid = block.cid.binary
            appendVarint(UInt64(cid.count + block.bytes.count), to: &result)
            result += cid
            result += block.bytes
        }
        return result
    }

    private static func appendHead(major: UInt8, _ value: UInt64, to result: inout [UInt8]) {
        if value < 24 {
            result.append(major << 5 | UInt8(value))
        } else if value < 256 {
            result += [major << 5 | 24, UInt8(value)]
        } else {
            // Far more roots or bytes than a header holds.
            let clamped = UInt16(clamping: value)
            result += [major << 5 | 25, UInt8(clamped >> 8), UInt8(clamped & 255)]
        }
    }
}
