import ABI

/// Reads a dag-pb node that is a file or a part of one, as its bytes come.
///
/// Strict, so that a block has one reading. The links come together, with Data before or behind
/// them; a link is Hash, Name and Tsize in this order, the name empty. In the UnixFS message the
/// type comes first and the others in the order of their numbers; there are as many block sizes as
/// links, each a field or all in one (packed), and the size is that of the node's own bytes and of all
/// children. Numbers are minimal.
/// Sources: https://ipld.io/specs/codecs/dag-pb/spec/, https://specs.ipfs.tech/unixfs/.
///
/// The node's own bytes are handed on and not kept. A fault is remembered until the block is
/// complete, because the block may not even be the one that it is said to be. Every byte is read
/// once, but for a member that a piece cuts off. What reads is mutating throughout: the reader would be
/// copied for every call of what is not.
package struct NodeReader: Sendable {
    /// What came so far, without the node's own bytes.
    private(set) var bytes: [UInt8] = []
    /// Own bytes that are due now.
    private(set) var ownLeft = 0
    /// The size declared for the whole, in bytes.
    package private(set) var size: UInt64 = 0
    private(set) var linkCount = 0
    private(set) var linksAt = 0
    private(set) var sizesAt = 0
    /// Bytes of the key in front of each block size: none where they are packed.
    private(set) var sizeKeyLength = 1

    /// The largest own part that fits.
    private let ownLimit: UInt64
    private var fault: DagError?
    /// The end of the node, and of its message while that is read; both in `bytes`.
    private var end: Int
    private var messageEnd: Int?
    /// What comes next.
    private var at = 0
    private var own = 0
    private var sum: UInt64 = 0
    private var sizeCount = 0
    private var lastKey: UInt64 = 0
    private var hasData = false
    private var linksAreOver = false
    private var isNamed = false

    /// A block of `length` bytes, of which at most `ownLimit` may be the node's own.
    init(length: Int, ownLimit: UInt64) {
        end = length
        self.ownLimit = ownLimit
        bytes.reserveCapacity(length)
    }

    /// Nothing to read.
    static var none: NodeReader { NodeReader(length: 0, ownLimit: 0) }

    /// Reads `piece[position..<end]`, which lies within the block, or as far as the node's own bytes
    /// go: returns where those lie in the piece. `position` is left behind what was read.
    mutating func take(_ piece: [UInt8], _ position: inout Int, _ end: Int) -> Range<Int> {
        let start = position
        if ownLeft > 0 {
            position = start + min(ownLeft, end - start)
            ownLeft -= position - start
            return start..<position
        }
        bytes.append(piece, start..<end)
        position = end
        guard fault == nil else { return end..<end }
        do throws(DagError) { try scan() } catch { fault = error }
        if ownLeft > 0 {
            let extra = bytes.count - at
            bytes.removeLast(extra)
            position = end - extra
        }
        return position..<position
    }

    /// Checks the node when all of its bytes came.
    mutating func finish() throws(DagError) {
        if let fault { throw fault }
        try scan()
        guard hasData else { throw .malformedFile(offset: 0) }
        guard !isNamed else { throw .namedLink }
        guard linkCount == sizeCount else {
            throw .linkCountMismatch(links: linkCount, sizes: sizeCount)
        }
        guard sum == size else { throw .sizeMismatch(declared: size, found: sum) }
    }

    /// Reads the whole of `block`: the reader behind it, and where the own bytes lie.
    package static func read(
        _ block: [UInt8], ownLimit: UInt64 = .max
    ) throws(DagError) -> (reader: NodeReader, own: Range<Int>) {
        guard block.count <= Block.sizeLimit else { throw .blockTooLarge(bytes: block.count) }
        var reader = NodeReader(length: block.count, ownLimit: ownLimit)
        var own = 0..<0
        var position = 0
        while position < block.count {
            let part = reader.take(block, &position, block.count)
            if !part.isEmpty { own = part }
        }
        try reader.finish()
        return (reader, own)
    }

    /// Reads on until something is cut off, or own bytes are due.
    private mutating func scan() throws(DagError) {
        while ownLeft == 0 {
            if let messageEnd {
                if at < messageEnd {
                    guard try scanField(messageEnd) else { return }
                } else {
                    guard lastKey > 0 else { throw malformed }
                    self.messageEnd = nil
                }
            } else {
                guard at < end, try scanMember() else { return }
            }
        }
    }

    /// The place that is not as it should be, as an offset in the block.
    private var malformed: DagError {
        let offset = at + own
        return messageEnd == nil ? .malformedNode(offset: offset) : .malformedFile(offset: offset)
    }

    /// A member of the node: a link, or the beginning of the message. False when it is cut off.
    private mutating func scanMember() throws(DagError) -> Bool {
        guard at < bytes.count else { return false }
        let isLink = bytes[at] == 0x12
        guard isLink || (bytes[at] == 0x0a && !hasData), !isLink || !linksAreOver else {
            throw malformed
        }
        var next = at + 1
        guard let length = try length(&next, end) else { return false }
        guard isLink else {
            hasData = true
            linksAreOver = linkCount > 0
            at = next
            messageEnd = next + length
            return true
        }
        guard next + length <= bytes.count else { return false }
        if linkCount == 0 { linksAt = at }
        try checkLink(next, next + length)
        linkCount += 1
        at = next + length
        return true
    }

    private mutating func checkLink(_ start: Int, _ end: Int) throws(DagError) {
        var next = start
        guard next < end, bytes[next] == 0x0a else { throw malformed }
        next += 1
        guard let hash = try length(&next, end) else { throw malformed }
        try checkCID(next, next + hash)
        next += hash
        if next < end, bytes[next] == 0x12 {
            next += 1
            guard let name = try length(&next, end) else { throw malformed }
            // Reported at the end only: a directory is told by its type.
            if name > 0 { isNamed = true }
            next += name
        }
        if next < end, bytes[next] == 0x18 {
            next += 1
            _ = try number(&next, end)
        }
        guard next == end else { throw malformed }
    }

    private mutating func checkCID(_ start: Int, _ end: Int) throws(DagError) {
        // What nearly every link is, without making a CID of it.
        if end - start == 36, bytes[start] == 1, bytes[start + 2] == 0x12, bytes[start + 3] == 32,
            bytes[start + 1] == 0x55 || bytes[start + 1] == 0x70
        {
            return
        }
        let cid: CID
        do throws(CIDError) {
            cid = try CID(binary: Array(bytes[start..<end]))
        } catch {
            throw .invalidLink(error)
        }
        guard cid.codec == CID.rawCodec || cid.codec == CID.dagPBCodec else {
            throw .unsupportedCodec(cid.codec)
        }
    }

    /// A field of the message. False when it is cut off.
    private mutating func scanField(_ messageEnd: Int) throws(DagError) -> Bool {
        var next = at
        guard let key = try number(&next, messageEnd) else { return false }
        // Only block sizes that are not packed are repeated.
        let isInOrder = key >> 3 > lastKey >> 3 || (key == 32 && lastKey == 32)
        guard lastKey == 0 ? key == 8 : isInOrder else { throw malformed }
        switch key {
        case 18, 34, 66:
            guard let length = try length(&next, messageEnd) else { return false }
            if key == 18 {
                try beginOwn(length)
            } else {
                guard next + length <= bytes.count else { return false }
                if key == 34 {
                    try addSizes(next, next + length)
                } else {
                    try checkTime(next, next + length)
                }
                next += length
            }
        case 8, 24, 32, 56:
            guard let value = try number(&next, messageEnd) else { return false }
            if key == 8, value != 0, value != 2 { throw .notAFile(type: value) }
            if key == 24 { size = value }
            if key == 32 { try addSize(value, at: at) }
        default:
            // 5 and 6 belong to shards.
            throw malformed
        }
        lastKey = key
        at = next
        return true
    }

    private mutating func beginOwn(_ length: Int) throws(DagError) {
        guard UInt64(length) <= ownLimit else {
            throw .tooLarge(declared: UInt64(length), limit: ownLimit)
        }
        own = length
        ownLeft = length
        sum = UInt64(length)
        end -= length
        messageEnd = messageEnd.map { $0 - length }
    }

    private mutating func addSizes(_ start: Int, _ end: Int) throws(DagError) {
        sizeKeyLength = 0
        var next = start
        repeat {
            let place = next
            guard let value = try number(&next, end) else { throw malformed }
            try addSize(value, at: place)
        } while next < end
    }

    private mutating func addSize(_ value: UInt64, at place: Int) throws(DagError) {
        if sizeCount == 0 { sizesAt = place }
        sizeCount += 1
        let (next, isOverflow) = sum.addingReportingOverflow(value)
        guard !isOverflow else { throw .sizeMismatch(declared: size, found: .max) }
        sum = next
    }

    /// Seconds, and nanoseconds of 1 to 999,999,999 when there are any.
    private mutating func checkTime(_ start: Int, _ end: Int) throws(DagError) {
        var next = start
        guard next < end, bytes[next] == 8 else { throw malformed }
        next += 1
        _ = try number(&next, end)
        guard next < end else { return }
        guard end - next == 5, bytes[next] == 0x15 else { throw malformed }
        var nanoseconds: UInt32 = 0
        for index in 0..<4 { nanoseconds |= UInt32(bytes[next + 1 + index]) << UInt32(8 * index) }
        guard (1...999_999_999).contains(nanoseconds) else { throw malformed }
    }

    /// A length of what ends before `end`; nil when it is cut off.
    private mutating func length(_ next: inout Int, _ end: Int) throws(DagError) -> Int? {
        guard let value = try number(&next, end) else { return nil }
        guard value <= UInt64(end - next) else { throw malformed }
        return Int(value)
    }

    /// A number of at most 64 bits in as few bytes as it needs, before `end`; nil when it is cut off.
    private mutating func number(_ next: inout Int, _ end: Int) throws(DagError) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard next < end else { throw malformed }
            guard next < bytes.count else { return nil }
            let byte = bytes[next]
            next += 1
            // The tenth byte holds the one bit that is left.
            if index == 9, byte > 1 { throw malformed }
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte & 0x80 == 0 {
                guard index == 0 || byte != 0 else { throw malformed }
                return value
            }
        }
        throw malformed
    }
}
