import ABI

/// What the accounts did, besides what they own: found by address, listed in the order in which
/// they first did something.
struct AccountBook: Sendable {
    struct Account: Sendable {
        /// Jobs in which it took a slot, and jobs that it posted.
        var slots: [UInt64] = []
        var posted: [UInt64] = []
        /// Global indices of the outputs that pay it.
        var vouchers: [UInt64] = []
        var accepted: UInt64 = 0
        var paid: UInt64 = 0
        var forfeited: UInt64 = 0
        var settled: UInt64 = 0
        var defaulted: UInt64 = 0
        /// Relayed messages so far: the nonce of the next one.
        var nonce: UInt64 = 0
    }

    // Looked up, never iterated.
    private var places: [Address: Int] = [:]
    private(set) var addresses: [Address] = []
    private var accounts: [Account] = []

    /// The account of `address`; an untouched one when it has done nothing yet.
    subscript(address: Address) -> Account {
        get {
            guard let place = places[address] else { return Account() }
            return accounts[place]
        }
        _modify {
            let place = place(of: address)
            yield &accounts[place]
        }
    }

    private mutating func place(of address: Address) -> Int {
        if let place = places[address] { return place }
        places[address] = accounts.count
        addresses.append(address)
        accounts.append(Account())
        return accounts.count - 1
    }
}
