import ABI

/// A contract and the places of its storage that a transaction says it will touch (EIP-2930).
struct AccessListEntry: Equatable, Sendable {
    let address: Address
    let storageKeys: [Bytes32]

    /// The entries of `[[address, [key, …]], …]`.
    static func list(_ items: [RLPItem]) throws(TransactionRefusal) -> [AccessListEntry] {
        var entries: [AccessListEntry] = []
        for item in items {
            guard case .list(let members) = item, members.count == 2 else {
                throw TransactionRefusal(
                    reason: "an entry of the access list is an address and a list of keys")
            }
            var fields = RLPFields(members)
            let address = try fields.address("an address of the access list")
            var keys: [Bytes32] = []
            for key in try fields.list("the keys of an entry of the access list") {
                guard case .bytes(let bytes) = key, bytes.count == 32, let key = Bytes32(bytes)
                else {
                    throw TransactionRefusal(reason: "a key of the access list has 32 bytes")
                }
                keys.append(key)
            }
            entries.append(AccessListEntry(address: address, storageKeys: keys))
        }
        return entries
    }
}
