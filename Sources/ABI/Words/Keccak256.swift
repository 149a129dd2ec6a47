import CNettle

/// Keccak-256 with the original padding (0x01), as Ethereum uses it; not SHA3-256, which pads 0x06.
///
/// The sponge is ours, the permutation Keccak-f[1600] is nettle's. Rate 136 bytes, capacity 64.
/// Source: G. Bertoni et al., "The Keccak reference", version 3.0, sections 1.1.2 and 1.1.3.
public struct Keccak256 {
    private static let rate = 136
    private static let rateLanes = 17

    private var lanes = [UInt64](repeating: 0, count: 25)
    /// Bytes absorbed into the current block, always less than the rate.
    private var position = 0

    public init() {}

    /// Absorbs `bytes`.
    public mutating func update(_ bytes: [UInt8]) {
        var index = 0
        while index < bytes.count {
            // Whole aligned lanes first: this is where the time goes.
            if position & 7 == 0, bytes.count &- index >= 8 {
                var lane: UInt64 = 0
                for i in 0..<8 {
                    lane |= UInt64(bytes[index &+ i]) &<< UInt64(8 &* i)
                }
                lanes[position &>> 3] ^= lane
                position &+= 8
                index &+= 8
            } else {
                absorb(bytes[index])
                index &+= 1
            }
            if position == Keccak256.rate {
                permute()
            }
        }
    }

    /// Absorbs the 32 bytes of `value`.
    public mutating func update(_ value: Bytes32) {
        update(value.bytes)
    }

    /// Pads, and gives the digest. The hasher is spent afterwards.
    public consuming func finish() -> Bytes32 {
        absorb(0x01)
        lanes[Keccak256.rateLanes - 1] ^= 0x80 << 56
        permute()
        return Bytes32(
            words: (
                lanes[0].byteSwapped, lanes[1].byteSwapped, lanes[2].byteSwapped,
                lanes[3].byteSwapped
            ))
    }

    /// The digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> Bytes32 {
        var hasher = Keccak256()
        hasher.update(bytes)
        return hasher.finish()
    }

    /// The digest of `left ‖ right`: the parent of two nodes in a Merkle tree.
    public static func hash(_ left: Bytes32, _ right: Bytes32) -> Bytes32 {
        var hasher = Keccak256()
        hasher.update(left)
        hasher.update(right)
        return hasher.finish()
    }

    private mutating func absorb(_ byte: UInt8) {
        lanes[position &>> 3] ^= UInt64(byte) &<< UInt64(8 &* (position & 7))
        position &+= 1
    }

    private mutating func permute() {
        lanes.withUnsafeMutableBufferPointer { cnettle_keccak_permute($0.baseAddress) }
        position = 0
    }
}
