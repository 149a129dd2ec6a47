import ABI

/// A dag-pb node: links to other blocks, and data.
///
/// Decoding is strict, so that every block has one reading: the links come together, each with its
/// hash, name and size in this order and at most once; there are no other fields.
/// Source: https://ipld.io/specs/codecs/dag-pb/spec/.
public struct DagNode: Equatable, Sendable {
    /// A link. The size is a hint of its writer, which nothing here relies on.
    public struct Link: Equatable, Sendable {
        public let cid: CID
        public let name: [UInt8]?
        public let size: UInt64?

        public init(cid: CID, name: [UInt8]?, size: UInt64?) {
            self.cid = cid
            self.name = name
            self.size = size
        }
    }

    /// Links of one node: eight times what the widest profile makes.
    public static var linkLimit: Int { 8_192 }

    public let links: [Link]
    public let data: [UInt8]?

    public init(links: [Link], data: [UInt8]?) {
        self.links = links
        self.data = data
    }

    public init(parsing block: [UInt8]) throws(DagError) {
        guard block.count <= Block.sizeLimit else { throw .blockTooLarge(bytes: block.count) }
        var reader = ProtobufReader(block)
        var links: [Link] = []
        var data: [UInt8]?
        // Data stands before or behind the links, never between.
        var linksAreOver = false
        while let (number, range) = try reader.readMember() {
            switch number {
            case 1:
                guard data == nil else { throw .malformedNode(offset: range.lowerBound) }
                data = Array(block[range])
                linksAreOver = !links.isEmpty
            case 2:
                guard !linksAreOver else { throw .malformedNode(offset: range.lowerBound) }
                guard links.count < DagNode.linkLimit else { throw .tooManyNodes }
                links.append(try Link(parsing: block, in: range))
            default:
                throw .malformedNode(offset: range.lowerBound)
            }
        }
        self.init(links: links, data: data)
    }

    /// The canonical block: links first, then data.
    public func encoded() -> [UInt8] {
        var result: [UInt8] = []
        for link in links {
            var body: [UInt8] = []
            appendField(1, link.cid.binary, to: &body)
            if let name = link.name { appendField(2, name, to: &body) }
            if let size = link.size { appendField(3, size, to: &body) }
            appendField(2, body, to: &result)
        }
        if let data { appendField(1, data, to: &result) }
        return result
    }
}

extension DagNode.Link {
    fileprivate init(parsing block: [UInt8], in range: Range<Int>) throws(DagError) {
        var reader = ProtobufReader(block, in: range)
        var hash: [UInt8]?
        var name: [UInt8]?
        var size: UInt64?
        var last: UInt64 = 0
        do throws(ProtobufReader.Malformed) {
            while let field = try reader.readField() {
                // In order, and each at most once.
                guard field.number > last else { throw .init(offset: reader.offset) }
                last = field.number
                switch (field.number, field.type) {
                case (1, .bytes):
                    hash = Array(block[try reader.readRange()])
                case (2, .bytes):
                    name = Array(block[try reader.readRange()])
                case (3, .varint):
                    size = try reader.readVarint()
                default:
                    throw .init(offset: reader.offset)
                }
            }
        } catch {
            throw .malformedNode(offset: error.offset)
        }
        guard let hash else { throw .malformedNode(offset: range.lowerBound) }
        do throws(CIDError) {
            self.init(cid: try CID(binary: hash), name: name, size: size)
        } catch {
            throw .invalidLink(error)
        }
    }
}

extension ProtobufReader {
    /// The next member of a message that has only length-delimited ones.
    fileprivate mutating func readMember() throws(DagError) -> (UInt64, Range<Int>)? {
        do throws(Malformed) {
            guard let field = try readField() else { return nil }
            guard field.type == .bytes else { throw Malformed(offset: offset) }
            return (field.number, try readRange())
        } catch {
            throw .malformedNode(offset: error.offset)
        }
    }
}

/// A length-delimited protobuf field.
func appendField(_ number: UInt64, _ bytes: [UInt8], to result: inout [UInt8]) {
    appendVarint(number << 3 | 2, to: &result)
    appendVarint(UInt64(bytes.count), to: &result)
    result.append(contentsOf: bytes)
}

/// A number as a protobuf field.
func appendField(_ number: UInt64, _ value: UInt64, to result: inout [UInt8]) {
    appendVarint(number << 3, to: &result)
    appendVarint(value, to: &result)
}
