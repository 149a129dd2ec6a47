import Archive
import Content

/// The UnixFS message in a dag-pb node that is a file or a part of one: bytes of its own, followed
/// by those of its children, whose sizes it declares.
///
/// Strict like the node itself: the fields are in the order of their numbers, and of block sizes there
/// is one form, a field each or all in one.
/// Source: https://specs.ipfs.tech/unixfs/.
public struct FileNode: Equatable {
    private static var rawType: UInt64 { 0 }
    private static var fileType: UInt64 { 2 }

    /// The node's own bytes, which come before its children's.
    public let data: [UInt8]
    /// Declared size of the whole, in bytes: own and children's.
    public let size: UInt64
    /// Children, with their declared sizes.
    public let children: [Child]

    public struct Child: Equatable {
        public let cid: CID
        public let size: UInt64
    }

    /// Reads the message in `node` and checks that sizes and links agree with each other.
    public init(_ node: ParsedNode) throws(ParsedNode.Fault) {
        guard let bytes = node.data else { throw .message }
        var message = Message()
        do throws(ProtobufReader.Malformed) {
            try message.read(bytes)
        } catch {
            throw .message
        }
        // A message cut off behind its type is one of that type: the type comes first.
        guard let type = message.type else { throw .message }
        guard type == FileNode.rawType || type == FileNode.fileType else {
            throw .type
        }
        guard message.blockSizes.count == node.links.count else {
            throw .count
        }
        var sum = UInt64(message.data.count)
        var children: [Child] = []
        children.reserveCapacity(node.links.count)
        for (link, size) in zip(node.links, message.blockSizes) {
            if let name = link.name, !name.isEmpty { throw .name }
            guard link.cid.codec == CID.rawCodec || link.cid.codec == CID.dagPBCodec else {
                throw .codec
            }
            let (next, overflow) = sum.addingReportingOverflow(size)
            guard !overflow else { throw .sum }
            sum = next
            children.append(Child(cid: link.cid, size: size))
        }
        guard sum == message.size else {
            throw .sum
        }
        data = message.data
        size = sum
        self.children = children
    }
}

extension FileNode {
    /// The fields as they stand in the message.
    private struct Message {
        var type: UInt64?
        var data: [UInt8] = []
        var size: UInt64 = 0
        var blockSizes: [UInt64] = []

        /// Leaves off behind the type when it is not that of a file.
        mutating func read(_ bytes: [UInt8]) throws(ProtobufReader.Malformed) {
            var reader = ProtobufReader(bytes)
            guard let first = try reader.readField(), first.number == 1, first.type == .varint
            else {
                throw .init(offset: 0)
            }
            let type = try reader.readVarint()
            self.type = type
            guard type == FileNode.rawType || type == FileNode.fileType else { return }
            var last = first
            while let field = try reader.readField() {
                let isRepeated = field == last && field.number == 4 && field.type == .varint
                guard field.number > last.number || isRepeated else {
                    throw .init(offset: reader.offset)
                }
                last = field
                try readValue(of: field, from: &reader)
            }
        }

        private mutating func readValue(
            of field: ProtobufReader.Field, from reader: inout ProtobufReader
        ) throws(ProtobufReader.Malformed) {
            switch (field.number, field.type) {
            case (2, .bytes):
                data = Array(reader.bytes[try reader.readRange()])
            case (3, .varint):
                size = try reader.readVarint()
            case (4, .varint):
                blockSizes.append(try reader.readVarint())
            case (4, .bytes):
                var packed = ProtobufReader(reader.bytes, in: try reader.readRange())
                repeat { blockSizes.append(try packed.readVarint()) } while !packed.isAtEnd
            case (7, .varint):
                _ = try reader.readVarint()  // mode
            case (8, .bytes):
                try Message.checkTime(reader.bytes, in: try reader.readRange())
            default:
                // 5 and 6 belong to shards.
                throw .init(offset: reader.offset)
            }
        }

        /// Seconds, and nanoseconds of 1 to 999,999,999 when there are any.
        private static func checkTime(
            _ bytes: [UInt8], in range: Range<Int>
        ) throws(ProtobufReader.Malformed) {
            var reader = ProtobufReader(bytes, in: range)
            guard let first = try reader.readField(), first.number == 1, first.type == .varint
            else {
                throw .init(offset: range.lowerBound)
            }
            _ = try reader.readVarint()
            guard let second = try reader.readField() else { return }
            guard second.number == 2, second.type == .fixed32,
                (1...999_999_999).contains(try reader.readFixed32()), reader.isAtEnd
            else { throw .init(offset: range.lowerBound) }
        }
    }
}
