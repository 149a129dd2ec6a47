/// Why bytes or text are not a CID that DeML accepts; the raw value is the stable name of the reason.
public enum CIDError: String, Error, Equatable, Sendable {
    case empty
    /// More bytes than any accepted CID has.
    case tooLong
    /// The text has no multibase prefix that DeML knows, or is not a version 0 CID.
    case unknownBase
    /// A character is not in the alphabet of the base, or the text does not end on a byte.
    case invalidText
    /// A varint is cut off, not minimal, or longer than nine bytes.
    case invalidVarint
    /// The version is neither 0 nor 1, or a version 0 CID is wrapped in a multibase.
    case unknownVersion
    /// The hash function is neither sha2-256 nor identity.
    case unknownHash
    /// A digest of another length than its hash function gives, or than is left.
    case invalidDigestLength
    /// Bytes are left behind the digest.
    case trailingBytes
}
