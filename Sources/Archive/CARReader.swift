import ABI
import Content

/// Reads a CAR file of version 1, verifying block by block.
///
/// A header is `varint(length) ‖ {"roots": [CID…], "version": 1}` in DAG-CBOR, a section is
/// `varint(length) ‖ CID ‖ block`. Neither order nor completeness nor the roots are relied on.
/// Source: https://ipld.io/specs/transport/car/carv1/.
public struct CARReader: Sendable {
    /// A block as it stands in the file.
    public struct Section: Equatable, Sendable {
        /// Where it begins.
        public let offset: Int
        /// The CID in binary.
        public let name: [UInt8]
        /// The CID, verified; nil when it is over a hash function that DeML does not take, so that
        /// nothing is known about the block.
        public let cid: CID?
        public let bytes: [UInt8]
    }

    public static var headerLimit: Int { 4_096 }
    /// A block and the longest CID.
    public static var sectionLimit: Int { Block.sizeLimit + CID.binaryLimit }

    /// The CIDs in the header, in binary.
    public let roots: [[UInt8]]
    private var reader: ByteReader

    /// Reads the header.
    public init(_ file: [UInt8]) throws(CARError) {
        reader = ByteReader(file)
        let length = try reader.readLength()
        guard length <= UInt64(CARReader.headerLimit) else {
            throw .headerTooLarge(bytes: length)
        }
        guard Int(length) <= reader.remaining else { throw .truncated(offset: 0) }
        let end = reader.offset + Int(length)
        var header = CARHeaderReader(file, from: reader.offset, to: end)
        do throws(CARHeaderReader.Malformed) {
            roots = try header.read()
        } catch {
            switch error {
            case .header(let offset): throw .malformedHeader(offset: offset)
            case .version(let version): throw .unsupportedVersion(version)
            }
        }
        for root in roots {
            guard try CARReader.readName(ByteReader(root), end: root.count).end == root.count else {
                throw .malformedHeader(offset: reader.offset)
            }
        }
        _ = try? reader.skip(Int(length))
    }

    /// The next section, nil at the end of the file. After an error there is no next one, except
    /// behind a block that does not match its CID.
    public mutating func next() throws(CARError) -> Section? {
        guard reader.remaining > 0 else { return nil }
        let start = reader.offset
        let length = try reader.readLength()
        guard length <= UInt64(CARReader.sectionLimit) else {
            throw .sectionTooLarge(offset: start, bytes: length)
        }
        guard Int(length) <= reader.remaining else { throw .truncated(offset: start) }
        let first = reader.offset
        let end = first + Int(length)
        let (cid, nameEnd) = try CARReader.readName(reader, end: end)
        guard end - nameEnd <= Block.sizeLimit else {
            throw .sectionTooLarge(offset: start, bytes: length)
        }
        _ = try? reader.skip(Int(length))
        let bytes = Array(reader.bytes[nameEnd..<end])
        if let cid, !cid.matches(bytes) { throw .hashMismatch(offset: start) }
        return Section(
            offset: start, name: Array(reader.bytes[first..<nameEnd]), cid: cid, bytes: bytes)
    }

    /// The CID at the cursor and where it ends.
    private static func readName(
        _ reader: ByteReader, end: Int
    ) throws(CARError) -> (cid: CID?, end: Int) {
        let start = reader.offset
        do throws(CIDError) {
            var name = reader
            var cid: CID?
            if try name.isForeignCID() {
                try name.skipForeignCID()
            } else {
                cid = try CID(parsing: &name)
            }
            guard name.offset <= end else { throw .invalidDigestLength }
            return (cid, name.offset)
        } catch {
            throw .invalidCID(error, offset: start)
        }
    }
}

extension ByteReader {
    /// A length, which is never zero.
    fileprivate mutating func readLength() throws(CARError) -> UInt64 {
        let start = offset
        guard let value = try? readVarint() else {
            // Nine bytes that all promise another are no length, cut off or not.
            throw remaining == 0 ? .truncated(offset: start) : .invalidLength(offset: start)
        }
        guard value > 0 else { throw .invalidLength(offset: start) }
        return value
    }

    /// Whether a version 1 CID stands here whose hash function DeML does not take.
    fileprivate func isForeignCID() throws(CIDError) -> Bool {
        var probe = self
        guard remaining > 1, bytes[offset] != 0x12 || bytes[offset + 1] != 0x20 else {
            return false
        }
        guard try probe.readVarint() == 1 else { throw .unknownVersion }
        _ = try probe.readVarint()
        let hash = try probe.readVarint()
        return hash != 0x12 && hash != 0x00
    }

    fileprivate mutating func skipForeignCID() throws(CIDError) {
        for _ in 0..<3 { _ = try readVarint() }
        let length = try readVarint()
        guard length <= 128, (try? skip(Int(length))) != nil else { throw .invalidDigestLength }
    }
}
