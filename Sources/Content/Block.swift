/// A block: the unit that has a CID, and that IPFS nodes exchange.
public struct Block: Equatable, Sendable {
    public let cid: CID
    public let bytes: [UInt8]

    public init(cid: CID, bytes: [UInt8]) {
        self.cid = cid
        self.bytes = bytes
    }

    /// IPFS nodes exchange no block that is larger. (A raw blob that comes as one upload is not
    /// bound by this: it need not travel over IPFS.)
    public static var sizeLimit: Int { 2_097_152 }
}
