import ABI
import Content

/// What the bytes of a stream are so far, judged from the first byte on each time: the stream of a
/// raw CID is the file, that of a dag-pb root is a CAR whose blocks come depth first.
enum StreamModel {
    enum Verdict: Equatable {
        /// Nothing wrong yet: bytes of file so far, and what is held beside them.
        case open(file: Int, held: Int)
        case whole([UInt8])
        case fault(String)
    }

    static func judge(
        _ stream: [UInt8], of size: Int, as name: Name, length: Int
    ) -> Verdict {
        guard name.isDag else {
            if stream.count < size { return .open(file: stream.count, held: 0) }
            return SHA256.hash(stream) == name.digest ? .whole(stream) : .fault("wrongBlock")
        }
        var reader = CarStream(stream, length: length)
        do throws(CarStream.Stop) {
            try reader.read(root: name)
        } catch {
            switch error {
            case .fault(let code): return .fault(code)
            case .needsMore where stream.count == size: return .fault("malformedStream")
            case .needsMore: return .open(file: reader.file.count, held: reader.held)
            }
        }
        if reader.isBehind { return .fault("malformedStream") }
        // The sender has promised more bytes than there are to come.
        guard stream.count == size else { return .open(file: reader.file.count, held: 0) }
        return .whole(reader.file)
    }
}

/// A walk through the blocks of a CAR.
struct CarStream {
    enum Stop: Error {
        case needsMore
        case fault(String)
    }

    private static let blockLimit = 2 << 20

    private let bytes: [UInt8]
    private let length: Int
    private var place = 0
    private(set) var file: [UInt8] = []
    /// Bytes of nodes that are received or have links due.
    private(set) var held = 0

    init(_ bytes: [UInt8], length: Int) {
        self.bytes = bytes
        self.length = length
    }

    /// Whether bytes follow the last block.
    var isBehind: Bool { place < bytes.count }

    mutating func read(root: Name) throws(Stop) {
        let size = try varint()
        guard size > 0, size <= 512 else { throw .fault("malformedStream") }
        let header = try take(Int(size))
        guard CarHeader.isCanonical(header) else { throw .fault("malformedStream") }
        guard let cid = try? CID(binary: root.binary) else { throw .fault("malformedStream") }
        try visit(cid, size: UInt64(length), depth: 1)
    }

    /// Reads what a link stands for. Depth counts nodes, root and leaf included; `parent` are the
    /// bytes of a node whose last link this is, which is done with when the block is there.
    private mutating func visit(
        _ cid: CID, size: UInt64, depth: Int, parent: Int = 0
    ) throws(Stop) {
        if case .identity(let block) = cid.multihash {
            // Read in the parent, never sent.
            if cid.codec == CID.rawCodec {
                guard UInt64(block.count) == size else { throw .fault("wrongSize") }
                try reserve(block.count)
                file += block
                held -= parent
            } else {
                try reserve(block.count)
                try node(block, size: size, depth: depth, parent: parent, isHeld: false)
            }
            return
        }
        let count = try sectionHead(of: cid)
        if cid.codec == CID.rawCodec, UInt64(count) != size { throw .fault("wrongSize") }
        guard count <= CarStream.blockLimit else { throw .fault("tooLarge") }
        if cid.codec == CID.rawCodec {
            try leaf(cid, count: count)
            held -= parent
        } else {
            try reserve(count)
            held += count
            let block = try take(count)
            guard cid.matches(block) else { throw .fault("wrongBlock") }
            try node(block, size: size, depth: depth, parent: parent, isHeld: true)
        }
    }

    /// The length of the block that is due, behind the length of its section and its CID: bare
    /// SHA-256, or version, codec, hash function, length and hash.
    private mutating func sectionHead(of cid: CID) throws(Stop) -> Int {
        let section = try varint()
        guard section > 0 else { throw .fault("malformedStream") }
        let start = place
        var function = try varint()
        var codec = CID.dagPBCodec
        let isOld = function == 0x12
        guard isOld || function == 1 else { throw .fault("malformedStream") }
        if !isOld {
            codec = try varint()
            function = try varint()
        }
        let count = try varint()
        guard isOld ? count == 32 : count <= 128 else { throw .fault("malformedStream") }
        let hash = try take(Int(count))
        guard codec == cid.codec, function == 0x12, hash == cid.digest?.bytes else {
            throw .fault("wrongBlock")
        }
        guard section >= UInt64(place - start) else { throw .fault("malformedStream") }
        return Int(section) - (place - start)
    }

    private mutating func leaf(_ cid: CID, count: Int) throws(Stop) {
        try reserve(count)
        let come = Array(bytes[place..<min(bytes.count, place + count)])
        guard come.count == count else {
            file += come
            throw .needsMore
        }
        place += count
        guard cid.matches(come) else { throw .fault("wrongBlock") }
        file += come
    }

    private mutating func node(
        _ block: [UInt8], size: UInt64, depth: Int, parent: Int, isHeld: Bool
    ) throws(Stop) {
        guard let node = FileNodeModel(block) else { throw .fault("malformedBlock") }
        // More bytes of its own than there may be in all are wrong whatever is declared.
        guard node.data.count <= size else { throw .fault("wrongSize") }
        guard node.addsUp else { throw .fault("malformedBlock") }
        guard node.size == size else { throw .fault("wrongSize") }
        // Own bytes are the file's now.
        file += node.data
        held -= isHeld ? node.data.count : 0
        held -= parent
        let rest = block.count - node.data.count
        if node.links.isEmpty {
            held -= isHeld ? rest : 0
            return
        }
        guard depth < 16 else { throw .fault("tooDeep") }
        if !isHeld { held += rest }
        for (index, link) in node.links.enumerated() {
            let isLast = index == node.links.count - 1
            try visit(link.cid, size: link.size, depth: depth + 1, parent: isLast ? rest : 0)
        }
    }

    /// Whether a block fits what the job has reserved for the stream.
    private func reserve(_ count: Int) throws(Stop) {
        guard file.count + held + count <= length + length / 16 + 1_024 else {
            throw .fault("tooLarge")
        }
    }

    private mutating func take(_ count: Int) throws(Stop) -> [UInt8] {
        guard bytes.count - place >= count else { throw .needsMore }
        place += count
        return Array(bytes[(place - count)..<place])
    }

    /// A number of at most nine bytes, in as few as it needs.
    private mutating func varint() throws(Stop) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<9 {
            let byte = try take(1)[0]
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 {
                guard index == 0 || byte != 0 else { break }
                return value
            }
        }
        throw .fault("malformedStream")
    }
}

/// The header of a CAR: one map of roots and version in DAG-CBOR.
enum CarHeader {
    static func isCanonical(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        guard match(&rest, [0xa2, 0x65] + Array("roots".utf8)),
            let count = head(&rest, major: 4)
        else { return false }
        for _ in 0..<min(count, 512) {
            guard head(&rest, major: 6) == 42, let length = head(&rest, major: 2), length > 1,
                rest.count >= length, rest.first == 0
            else { return false }
            rest = rest.dropFirst(length)
        }
        return match(&rest, [0x67] + Array("version".utf8) + [1]) && rest.isEmpty
    }

    private static func match(_ rest: inout ArraySlice<UInt8>, _ prefix: [UInt8]) -> Bool {
        guard rest.starts(with: prefix) else { return false }
        rest = rest.dropFirst(prefix.count)
        return true
    }

    private static func head(_ rest: inout ArraySlice<UInt8>, major: UInt8) -> Int? {
        guard let first = rest.popFirst(), first >> 5 == major else { return nil }
        let short = Int(first & 31)
        if short < 24 { return short }
        let width = [24: 1, 25: 2][short] ?? 0
        guard width > 0, rest.count >= width else { return nil }
        let value = rest.prefix(width).reduce(0) { $0 << 8 | Int($1) }
        rest = rest.dropFirst(width)
        return value >= (width == 1 ? 24 : 256) ? value : nil
    }
}
