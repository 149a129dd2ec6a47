import ABI
import Content

// The two commitments, from the formulas of the protocol page.
extension MarketModel {
    static func commitment(
        job: Int, round: Int, client: Address, blob: [UInt8], salt: Bytes32
    ) -> Bytes32 {
        var bytes = Array("DeML/commit/2".utf8)
        bytes += UInt256(chainID).bytes32.bytes + application.bytes
        bytes += UInt256(UInt64(job)).bytes32.bytes + [0, 0, 0, UInt8(round)]
        bytes += client.bytes + SHA256.hash(client.bytes + blob).bytes + salt.bytes
        return Keccak256.hash(bytes)
    }

    static func sealing(
        sponsor: Address, jobSalt: Bytes32, round: Int, salt: Bytes32, data: Bytes32
    ) -> Bytes32 {
        var bytes = Array("DeML/data/1".utf8)
        bytes += UInt256(chainID).bytes32.bytes + application.bytes + sponsor.bytes
        bytes += jobSalt.bytes + [0, 0, 0, UInt8(round)] + salt.bytes + data.bytes
        return Keccak256.hash(bytes)
    }
}

/// An allow-list as OpenZeppelin's `StandardMerkleTree` of `["address"]`.
enum AllowTree {
    static func leaf(_ account: Address) -> Bytes32 {
        let word = [UInt8](repeating: 0, count: 12) + account.bytes
        return Keccak256.hash(Keccak256.hash(word).bytes)
    }

    static func parent(_ a: Bytes32, _ b: Bytes32) -> Bytes32 {
        Keccak256.hash(a < b ? a.bytes + b.bytes : b.bytes + a.bytes)
    }

    /// Where a proof leads.
    static func root(of account: Address, _ proof: [Bytes32]) -> Bytes32? {
        proof.count > 32 ? nil : proof.reduce(leaf(account), parent)
    }
}
