import ABI
import Archive
import Content

/// A dag-pb node, parsed whole.
///
/// Decoding is strict, so that every block has one reading: the links come together, each with its
/// hash, name and size in this order and at most once; there are no other fields.
/// Source: https://ipld.io/specs/codecs/dag-pb/spec/.
public struct ParsedNode: Equatable {
    public enum Fault: Error, Equatable {
        case codec, node, link, message, type, name, count, sum, size
    }

    public private(set) var links: [DagNode.Link] = []
    public private(set) var data: [UInt8]?

    /// The node as it is written.
    public var node: DagNode { DagNode(links: links, data: data) }

    public init(_ block: [UInt8]) throws(Fault) {
        guard block.count <= Block.sizeLimit else { throw .size }
        var reader = ProtobufReader(block)
        // Data stands before or behind the links, never between.
        var linksAreOver = false
        do throws(ProtobufReader.Malformed) {
            while let field = try reader.readField() {
                guard field.type == .bytes else { throw .init(offset: reader.offset) }
                let range = try reader.readRange()
                switch field.number {
                case 1:
                    guard data == nil else { throw .init(offset: range.lowerBound) }
                    data = Array(block[range])
                    linksAreOver = !links.isEmpty
                case 2:
                    guard !linksAreOver else { throw .init(offset: range.lowerBound) }
                    links.append(try ParsedNode.link(block, range))
                default: throw .init(offset: range.lowerBound)
                }
            }
        } catch {
            throw error.isLink ? .link : .node
        }
    }

    private static func link(
        _ block: [UInt8], _ range: Range<Int>
    ) throws(ProtobufReader.Malformed) -> DagNode.Link {
        var reader = ProtobufReader(block, in: range)
        var hash: [UInt8]?
        var name: [UInt8]?
        var size: UInt64?
        var last: UInt64 = 0
        while let field = try reader.readField() {
            // In order, and each at most once.
            guard field.number > last else { throw .init(offset: reader.offset) }
            last = field.number
            switch (field.number, field.type) {
            case (1, .bytes): hash = Array(block[try reader.readRange()])
            case (2, .bytes): name = Array(block[try reader.readRange()])
            case (3, .varint): size = try reader.readVarint()
            default: throw .init(offset: reader.offset)
            }
        }
        guard let hash else { throw .init(offset: range.lowerBound) }
        guard let cid = try? CID(binary: hash) else {
            throw .init(offset: range.lowerBound, isLink: true)
        }
        return DagNode.Link(cid: cid, name: name, size: size)
    }
}
