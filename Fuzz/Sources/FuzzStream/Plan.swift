import ABI
import Archive
import Content
import FuzzSupport

/// A stream and what should come of it.
struct Plan {
    var cid: CID
    var stream: [UInt8]
    /// The length that the reader is told.
    var length: Int
    var file: [UInt8]
    var isDamaged: Bool

    init(_ bytes: inout Bytes, _ options: UInt8) {
        var parts: [Part] = []
        for _ in 0..<(bytes.byte() % 24) where !bytes.isEmpty {
            switch bytes.byte() & 15 {
            case 0...3: parts.append(.raw(&bytes, isLong: false))
            case 4...5: parts.append(.raw(&bytes, isLong: true))
            case 6: parts.append(.huge(&bytes))
            default: parts.append(.node(&bytes, over: parts))
            }
        }
        let root = parts.last ?? .raw(&bytes, isLong: false)
        cid = root.cid
        file = root.file
        isDamaged = root.isDamaged
        length = Int(min(root.size, 1 << 22))
        if cid.codec == CID.rawCodec {
            stream = root.block
        } else {
            stream = CARWriter.encode(roots: options & 16 != 0 ? [] : [cid], blocks: [])
            if options & 32 != 0 {
                stream = Plan.header(&bytes)
                isDamaged = true
            }
            stream += root.stream
        }
        if options >> 6 == 3 { isDamaged = true }
        if options >> 6 == 2 {
            length ^= bytes.number()
            isDamaged = true
        }
        for _ in 0..<(options & 7) where options & 7 < 4 {
            damage(&bytes)
            isDamaged = true
        }
        // What has no bytes is no stream.
        if stream.isEmpty {
            stream = [0]
            isDamaged = true
        }
    }

    private static func header(_ bytes: inout Bytes) -> [UInt8] {
        let header = bytes.take(Int(bytes.byte() % 80))
        return Part.number(UInt64(header.count)) + header
    }

    /// Other bytes, more, fewer, or the same ones again.
    private mutating func damage(_ bytes: inout Bytes) {
        guard !stream.isEmpty else { return }
        let kind = bytes.byte()
        let place = bytes.number() % stream.count
        let end = min(stream.count, place + Int(bytes.byte()))
        switch kind % 6 {
        case 0: stream[place] ^= bytes.byte()
        case 1: stream.removeSubrange(place..<end)
        case 2: stream.insert(contentsOf: bytes.take(Int(bytes.byte() % 48)), at: place)
        case 3: stream += stream[place..<end]
        case 4: stream.removeLast(stream.count - place)
        default: stream += bytes.take(Int(bytes.byte() % 8))
        }
    }
}
