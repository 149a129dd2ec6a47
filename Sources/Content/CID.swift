import ABI

/// A content identifier: a codec and the hash of a block.
///
/// Version 1 in binary is `varint(1) ‖ varint(codec) ‖ multihash`, version 0 is the bare multihash
/// of a dag-pb block. Two CIDs are the same when their binary forms are; text is only for people.
/// Source: the CID specification, https://github.com/multiformats/cid, "Decoding Algorithm".
public struct CID: Equatable, Sendable {
    /// What a CID commits to.
    public enum Multihash: Equatable, Sendable {
        /// SHA-256 of the block.
        case sha256(Bytes32)
        /// The block itself, of at most 128 bytes.
        case identity([UInt8])
    }

    /// The two versions.
    public enum Version: UInt8, Sendable {
        case v0 = 0
        case v1 = 1
    }

    public let version: Version
    /// How the block is to be read: a code of the multicodec table.
    public let codec: UInt64
    public let multihash: Multihash

    /// Codes of the multicodec table.
    public static var rawCodec: UInt64 { 0x55 }
    public static var dagPBCodec: UInt64 { 0x70 }
    private static var identityCode: UInt64 { 0x00 }
    private static var sha256Code: UInt64 { 0x12 }

    /// An identity hash longer than this is refused, as everywhere on IPFS.
    public static var identityLimit: Int { 128 }
    /// Binary: three varints of at most nine bytes and the longest digest, with room to spare.
    public static var binaryLimit: Int { 256 }
    /// Text: base16 takes two characters a byte, and a prefix.
    public static var textLimit: Int { 2 * binaryLimit + 1 }

    private init(version: Version, codec: UInt64, multihash: Multihash) {
        self.version = version
        self.codec = codec
        self.multihash = multihash
    }

    /// The version 1 CID of `block` as raw bytes.
    public static func raw(_ block: [UInt8]) -> CID {
        raw(digest: SHA256.hash(block))
    }

    /// The version 1 CID of a raw block with this SHA-256.
    public static func raw(digest: Bytes32) -> CID {
        CID(version: .v1, codec: rawCodec, multihash: .sha256(digest))
    }

    /// The CID of a dag-pb node with this SHA-256.
    public static func dagPB(digest: Bytes32, version: Version = .v1) -> CID {
        CID(version: version, codec: dagPBCodec, multihash: .sha256(digest))
    }

    /// A CID in binary or in text. The first byte tells them apart: binary begins with 0x01 or
    /// 0x12, and no accepted text does.
    public init(_ bytes: [UInt8]) throws(CIDError) {
        guard let first = bytes.first else { throw .empty }
        if first == 0x01 || first == 0x12 {
            try self.init(binary: bytes)
        } else {
            try self.init(text: bytes)
        }
    }

    /// A CID in text: version 0 as 46 characters of base58btc beginning with `Qm`, version 1 behind
    /// one of the multibase prefixes b, B, f, F, z, k and K.
    public init(text: [UInt8]) throws(CIDError) {
        guard let first = text.first else { throw .empty }
        guard text.count <= CID.textLimit else { throw .tooLong }
        if first == 0x51 {
            guard text.count == 46, text[1] == 0x6d else { throw .unknownBase }
            try self.init(binary: try Multibase.decodeBase58(text[...]))
            guard version == .v0 else { throw .unknownVersion }
        } else {
            try self.init(binary: try Multibase.decode(text[...]))
            guard version == .v1 else { throw .unknownVersion }
        }
    }

    /// A CID in binary.
    public init(binary bytes: [UInt8]) throws(CIDError) {
        guard bytes.count <= CID.binaryLimit else { throw .tooLong }
        guard bytes.count > 1 else { throw .empty }
        var reader = ByteReader(bytes)
        try self.init(parsing: &reader)
        guard reader.remaining == 0 else { throw .trailingBytes }
    }

    /// A CID in binary at the cursor, which is left behind it.
    package init(parsing reader: inout ByteReader) throws(CIDError) {
        let bytes = reader.bytes
        let start = reader.offset
        if reader.remaining > 1, bytes[start] == 0x12, bytes[start + 1] == 0x20 {
            let multihash = try Multihash(parsing: &reader)
            self.init(version: .v0, codec: CID.dagPBCodec, multihash: multihash)
        } else {
            guard try reader.readVarint() == 1 else { throw .unknownVersion }
            let codec = try reader.readVarint()
            let multihash = try Multihash(parsing: &reader)
            self.init(version: .v1, codec: codec, multihash: multihash)
        }
    }

    /// The binary form.
    public var binary: [UInt8] {
        var result: [UInt8] = []
        if version == .v1 {
            result.append(1)
            appendVarint(codec, to: &result)
        }
        switch multihash {
        case .sha256(let digest):
            appendVarint(CID.sha256Code, to: &result)
            result.append(32)
            digest.append(to: &result)
        case .identity(let bytes):
            appendVarint(CID.identityCode, to: &result)
            appendVarint(UInt64(bytes.count), to: &result)
            result.append(contentsOf: bytes)
        }
        return result
    }

    /// The canonical text: base58btc for version 0, lower-case base32 for version 1.
    public var text: String {
        switch version {
        case .v0: return String(decoding: Multibase.encodeBase58(binary), as: UTF8.self)
        case .v1: return "b" + String(decoding: Multibase.encodeBase32(binary), as: UTF8.self)
        }
    }

    /// The SHA-256 of the block, when the CID names it by that: whatever the codec and the version.
    public var digest: Bytes32? {
        guard case .sha256(let digest) = multihash else { return nil }
        return digest
    }

    /// Whether `block` is what the CID commits to.
    public func matches(_ block: [UInt8]) -> Bool {
        switch multihash {
        case .sha256(let digest): return SHA256.hash(block) == digest
        case .identity(let bytes): return bytes == block
        }
    }

    /// The SHA-256 of the block, when the CID names a raw block by it.
    public var rawDigest: Bytes32? {
        guard codec == CID.rawCodec, case .sha256(let digest) = multihash else { return nil }
        return digest
    }
}

extension CID.Multihash {
    /// `varint(code) ‖ varint(length) ‖ digest`. A truncated SHA-256 is refused: 20 bytes would be
    /// accepted by some readers and cost only 2^80 to collide.
    init(parsing reader: inout ByteReader) throws(CIDError) {
        let code = try reader.readVarint()
        let length = try reader.readVarint()
        switch code {
        case 0x12:
            guard length == 32, reader.remaining >= 32,
                let digest = Bytes32(reader.bytes, at: reader.offset)
            else { throw .invalidDigestLength }
            try reader.skipDigest(32)
            self = .sha256(digest)
        case 0x00:
            guard length <= UInt64(CID.identityLimit) else { throw .invalidDigestLength }
            let start = reader.offset
            try reader.skipDigest(Int(length))
            self = .identity(Array(reader.bytes[start..<reader.offset]))
        default:
            throw .unknownHash
        }
    }
}

extension ByteReader {
    /// An unsigned LEB128 number: minimal, of at most nine bytes (63 bits).
    /// Source: https://github.com/multiformats/unsigned-varint.
    package mutating func readVarint() throws(CIDError) -> UInt64 {
        var value: UInt64 = 0
        for index in 0..<9 {
            guard let byte = try? readUInt8() else { throw .invalidVarint }
            value |= UInt64(byte & 0x7f) << UInt64(7 * index)
            if byte & 0x80 == 0 {
                guard index == 0 || byte != 0 else { throw .invalidVarint }
                return value
            }
        }
        throw .invalidVarint
    }

    fileprivate mutating func skipDigest(_ count: Int) throws(CIDError) {
        guard (try? skip(count)) != nil else { throw .invalidDigestLength }
    }
}

package func appendVarint(_ value: UInt64, to result: inout [UInt8]) {
    var rest = value
    while rest >= 0x80 {
        result.append(UInt8(truncatingIfNeeded: rest) | 0x80)
        rest >>= 7
    }
    result.append(UInt8(truncatingIfNeeded: rest))
}
