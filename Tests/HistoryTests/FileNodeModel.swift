import Content

/// A UnixFS file in a dag-pb node, read field by field.
struct FileNodeModel {
    var data: [UInt8] = []
    var size: UInt64 = 0
    var links: [(cid: CID, size: UInt64)] = []

    /// Nil when it is none.
    init?(_ block: [UInt8]) {
        guard let fields = ProtoField.all(block) else { return nil }
        let links = fields.filter { $0.number == 2 }
        let messages = fields.filter { $0.number == 1 }
        // Links stand together, before or behind the one message.
        guard messages.count == 1, links.count + 1 == fields.count, links.count <= 8_192,
            fields.first?.number == 1 || fields.last?.number == 1,
            let message = messages[0].bytes, let parts = ProtoField.all(message)
        else { return nil }
        var sizes: [UInt64] = []
        guard parts.first?.number == 1, let type = parts.first?.value, type == 0 || type == 2,
            read(parts, &sizes), sizes.count == links.count
        else { return nil }
        for (link, size) in zip(links, sizes) {
            guard let bytes = link.bytes, let cid = FileNodeModel.link(bytes) else { return nil }
            self.links.append((cid, size))
        }
    }

    /// Whether own bytes and children are as many as are declared.
    var addsUp: Bool {
        var sum = UInt64(data.count)
        for link in links {
            let (next, overflow) = sum.addingReportingOverflow(link.size)
            if overflow { return false }
            sum = next
        }
        return sum == size
    }

    /// The fields of the message: in the order of their numbers, only block sizes repeated, unless one
    /// field holds all of them.
    private mutating func read(_ parts: [ProtoField], _ sizes: inout [UInt64]) -> Bool {
        for (index, part) in parts.enumerated() {
            let last = index == 0 ? 0 : parts[index - 1].number
            let isRepeated =
                part.number == 4 && last == 4 && part.bytes == nil && parts[index - 1].bytes == nil
            guard part.number > last || isRepeated else { return false }
            switch (part.number, part.bytes, part.value) {
            case (1, nil, .some): break
            case (2, let bytes?, _): data = bytes
            case (3, nil, let value?): size = value
            case (4, nil, let value?): sizes.append(value)
            case (4, let bytes?, _):
                guard let packed = ProtoField.varints(bytes) else { return false }
                sizes = packed
            case (7, nil, .some): break
            default: return false
            }
        }
        return true
    }

    /// Hash, name, size in this order; a file's link has no name.
    private static func link(_ bytes: [UInt8]) -> CID? {
        guard let fields = ProtoField.all(bytes), fields.first?.number == 1 else { return nil }
        for (index, field) in fields.enumerated() {
            guard index == 0 || field.number > fields[index - 1].number else { return nil }
            switch (field.number, field.bytes, field.value) {
            case (1, .some, _), (3, nil, .some): break
            case (2, let name?, _) where name.isEmpty: break
            default: return nil
            }
        }
        guard let hash = fields[0].bytes, let cid = try? CID(binary: hash),
            cid.codec == CID.rawCodec || cid.codec == CID.dagPBCodec
        else { return nil }
        return cid
    }
}

/// A field of a protobuf message: a number or bytes.
struct ProtoField {
    let number: UInt64
    var value: UInt64?
    var bytes: [UInt8]?

    /// All fields of a message; nil when it is none.
    static func all(_ message: [UInt8]) -> [ProtoField]? {
        var rest = message[...]
        var fields: [ProtoField] = []
        while !rest.isEmpty {
            guard let key = varint(&rest) else { return nil }
            var field = ProtoField(number: key >> 3)
            switch key & 7 {
            case 0:
                guard let value = varint(&rest) else { return nil }
                field.value = value
            case 2:
                guard let count = varint(&rest), count <= UInt64(rest.count) else { return nil }
                field.bytes = Array(rest.prefix(Int(count)))
                rest = rest.dropFirst(Int(count))
            default: return nil
            }
            fields.append(field)
        }
        return fields
    }

    /// The numbers of a packed field; nil when they are none.
    static func varints(_ bytes: [UInt8]) -> [UInt64]? {
        var (rest, numbers): (ArraySlice<UInt8>, [UInt64]) = (bytes[...], [])
        repeat {
            guard let number = varint(&rest) else { return nil }
            numbers.append(number)
        } while !rest.isEmpty
        return numbers
    }

    private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for index in 0..<10 {
            guard let byte = rest.popFirst() else { return nil }
            if index == 9, byte > 1 { return nil }
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte < 0x80 { return index == 0 || byte != 0 ? value : nil }
        }
        return nil
    }
}
