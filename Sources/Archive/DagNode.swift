import Content

/// A dag-pb node as it is written: links to other blocks, and data.
///
/// Source: https://ipld.io/specs/codecs/dag-pb/spec/. Nodes are read by `NodeReader`.
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

    public let links: [Link]
    public let data: [UInt8]?

    public init(links: [Link], data: [UInt8]?) {
        self.links = links
        self.data = data
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

    /// The UnixFS message of a file: bytes of its own, its size and those of its children.
    /// Source: https://specs.ipfs.tech/unixfs/.
    public static func fileMessage(data: [UInt8], size: UInt64, blockSizes: [UInt64]) -> [UInt8] {
        var result: [UInt8] = []
        appendField(1, 2, to: &result)
        if !data.isEmpty { appendField(2, data, to: &result) }
        appendField(3, size, to: &result)
        for size in blockSizes { appendField(4, size, to: &result) }
        return result
    }
}

/// A length-delimited protobuf field.
private func appendField(_ number: UInt64, _ bytes: [UInt8], to result: inout [UInt8]) {
    appendVarint(number << 3 | 2, to: &result)
    appendVarint(UInt64(bytes.count), to: &result)
    result.append(contentsOf: bytes)
}

/// A number as a protobuf field.
private func appendField(_ number: UInt64, _ value: UInt64, to result: inout [UInt8]) {
    appendVarint(number << 3, to: &result)
    appendVarint(value, to: &result)
}
