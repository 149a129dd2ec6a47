import Content

/// Why bytes are not a CAR file that DeML reads. Offsets count from the start of the file.
public enum CARError: Error, Equatable, Sendable {
    /// The header, a length or a section goes beyond the end of the file.
    case truncated(offset: Int)
    case headerTooLarge(bytes: UInt64)
    /// The header is not the canonical DAG-CBOR of roots and version.
    case malformedHeader(offset: Int)
    /// The file is of another version of the format than 1.
    case unsupportedVersion(UInt64)
    /// A length is not minimal, or is zero: padding, in an image of whole pages.
    case invalidLength(offset: Int)
    case sectionTooLarge(offset: Int, bytes: UInt64)
    case invalidCID(CIDError, offset: Int)
    /// A block does not hash to its CID.
    case hashMismatch(offset: Int)

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .truncated: return "truncated"
        case .headerTooLarge: return "headerTooLarge"
        case .malformedHeader: return "malformedHeader"
        case .unsupportedVersion: return "unsupportedVersion"
        case .invalidLength: return "invalidLength"
        case .sectionTooLarge: return "sectionTooLarge"
        case .invalidCID: return "invalidCID"
        case .hashMismatch: return "hashMismatch"
        }
    }

    /// What went wrong, for a person.
    public var message: String {
        switch self {
        case .truncated(let offset):
            return "the file ends within what begins at byte \(offset)"
        case .headerTooLarge(let bytes):
            return "a header of \(bytes) bytes; at most \(CARReader.headerLimit) are read"
        case .malformedHeader(let offset):
            return "the header is not canonical from byte \(offset) on"
        case .unsupportedVersion(let version):
            return "CAR version \(version); only version 1 is read, unwrap the file first"
        case .invalidLength(let offset):
            return "the length at byte \(offset) is zero or not minimal; padding is no section"
        case .sectionTooLarge(let offset, let bytes):
            return "a section of \(bytes) bytes at byte \(offset); "
                + "at most \(CARReader.sectionLimit) are read"
        case .invalidCID(let error, let offset):
            return "the CID at byte \(offset): \(error.rawValue)"
        case .hashMismatch(let offset):
            return "the block of the section at byte \(offset) does not hash to its CID"
        }
    }
}
