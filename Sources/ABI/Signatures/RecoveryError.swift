/// Why a signature names no signer. The order of the cases is their precedence.
public enum RecoveryError: Error, Equatable, Sendable {
    /// A signature is 65 bytes: r, s and v.
    case wrongLength(Int)
    /// v is not one of the values that say which of two points is meant.
    case invalidV(UInt8)
    /// r is zero or not below the order of the group.
    case rOutOfRange
    /// s is zero or not below the order of the group.
    case sOutOfRange
    /// s is above half the order: the mirror image of a signature that anyone can make from it.
    case highS
    /// r is not the abscissa of a point, or the key would be the point at infinity.
    case notRecoverable
    /// The signature is another account's.
    case wrongSigner(Address)

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .wrongLength: return "wrongLength"
        case .invalidV: return "invalidV"
        case .rOutOfRange: return "rOutOfRange"
        case .sOutOfRange: return "sOutOfRange"
        case .highS: return "highS"
        case .notRecoverable: return "notRecoverable"
        case .wrongSigner: return "wrongSigner"
        }
    }
}
