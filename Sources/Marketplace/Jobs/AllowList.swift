import ABI

/// Who may accept a job, as the root of a Merkle tree.
///
/// The tree is the one that OpenZeppelin's `StandardMerkleTree.of(addresses, ["address"])` builds:
/// a leaf is `keccak256(keccak256(abi.encode(address)))`, and a parent hashes its two children in
/// ascending order, so a proof needs no positions. Leaves are hashed twice, so that no inner node
/// can pass for one.
enum AllowList {
    /// Whether `proof` leads from `account` to `root`.
    static func admits(_ account: Address, proof: [Bytes32], root: Bytes32) -> Bool {
        guard proof.count <= Limits.proofLength else { return false }
        var node = Keccak256.hash(Keccak256.hash(account.word.bytes).bytes)
        for sibling in proof {
            node = node < sibling ? Keccak256.hash(node, sibling) : Keccak256.hash(sibling, node)
        }
        return node == root
    }
}
