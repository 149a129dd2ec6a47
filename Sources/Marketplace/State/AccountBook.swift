import ABI
import Vouchers

/// What the accounts did, besides what they own.
///
/// An account is never dropped, so that its nonce never starts again; whoever opens one asks first
/// whether there is room. The lists that inspect shows forget their oldest entries. Everything is
/// found by look-ups that do not depend on what a sender chose, and listed without a scan.
struct AccountBook: Sendable {
    struct Account: Equatable, Sendable {
        /// Accepted messages so far: the nonce of the next one.
        var nonce: UInt64 = 0
        /// Jobs by what became of them: slots taken, slots paid, bonds forfeited; as a sponsor, jobs
        /// settled and defaulted.
        var accepted: UInt64 = 0
        var paid: UInt64 = 0
        var forfeited: UInt64 = 0
        var settled: UInt64 = 0
        var defaulted: UInt64 = 0
    }

    /// Clients of one job that are listed, at most: in a federated job that sells its slots again and
    /// again, the first ones.
    static var clientsOfJob: Int { 128 }
    /// Entries that one call drops, at most, so that no input pays for many others.
    static var droppedAtOnce: Int { 256 }

    /// Vouchers, and slots of ended jobs, that are listed in all accounts together.
    var remembered = 1 << 18

    private var accounts = SortedMap<Address, Account>()
    private var postedJobs = SortedMap<Entry, Nothing>()
    private var slotJobs = SortedMap<Entry, Nothing>()
    private var outputs = SortedMap<Entry, Nothing>()
    /// The same as `slotJobs` and `outputs`, by job and by output.
    private var clients = SortedMap<Owner, Nothing>()
    private var payees = SortedMap<Owner, Nothing>()
    /// Ended jobs that have slots in the lists, in the order of their end, and where they are there.
    private var ended = SortedMap<UInt64, UInt64>()
    private var places = SortedMap<UInt64, UInt64>()
    private var nextPlace: UInt64 = 0
    /// Slots of ended jobs in the lists.
    private var endedSlots = 0

    /// A number in the list of an account.
    private struct Entry: Comparable, Sendable {
        let address: Address
        let number: UInt64

        static func < (a: Entry, b: Entry) -> Bool {
            a.address == b.address ? a.number < b.number : a.address < b.address
        }
    }

    /// The account in whose list a number is.
    private struct Owner: Comparable, Sendable {
        let number: UInt64
        let address: Address

        static func < (a: Owner, b: Owner) -> Bool {
            a.number == b.number ? a.address < b.address : a.number < b.number
        }
    }

    private struct Nothing: Sendable {}

    /// Accounts.
    var count: Int { accounts.count }

    func contains(_ address: Address) -> Bool { accounts[address] != nil }

    subscript(address: Address) -> Account? { accounts[address] }

    /// Opens an account; nothing when it is there.
    mutating func open(_ address: Address) {
        if !contains(address) { accounts[address] = Account() }
    }

    /// Changes the counters of an account that exists; nothing for others.
    mutating func update(_ address: Address, _ change: (inout Account) -> Void) {
        _ = accounts.modify(address, change)
    }

    /// Every account in ascending order.
    func forEach(_ body: (Address, Account) -> Void) {
        accounts.forEach(body)
    }
}

// Lists, kept for accounts that exist.
extension AccountBook {
    /// Lists a job that `sponsor` posted.
    mutating func addPosted(_ job: UInt64, by sponsor: Address) {
        guard contains(sponsor) else { return }
        postedJobs[Entry(address: sponsor, number: job)] = Nothing()
    }

    /// Lists a job in which `client` took a slot; once, however many it took.
    mutating func addSlot(_ job: UInt64, of client: Address) {
        let entry = Entry(address: client, number: job)
        guard contains(client), slotJobs[entry] == nil,
            clientCount(of: job) < AccountBook.clientsOfJob
        else { return }
        slotJobs[entry] = Nothing()
        clients[Owner(number: job, address: client)] = Nothing()
        if places[job] != nil { endedSlots += 1 }
    }

    /// Lists an output that pays `payee`, and forgets the oldest of all accounts when they are too
    /// many.
    mutating func addVoucher(_ output: UInt64, of payee: Address) {
        guard contains(payee) else { return }
        outputs[Entry(address: payee, number: output)] = Nothing()
        payees[Owner(number: output, address: payee)] = Nothing()
        guard outputs.count > remembered, let oldest = payees.first?.key else { return }
        payees[oldest] = nil
        outputs[Entry(address: oldest.address, number: oldest.number)] = nil
    }

    /// Takes a job that is no longer remembered out of the lists of its sponsor and its clients.
    mutating func forget(job: UInt64, sponsor: Address) {
        postedJobs[Entry(address: sponsor, number: job)] = nil
        while let client = client(of: job) { dropSlot(client) }
        if let place = places[job] { ended[place] = nil }
        places[job] = nil
    }

    /// To be said when a job ends: its slots stay listed until those of later jobs are too many.
    mutating func noteEnded(job: UInt64) {
        let count = clientCount(of: job)
        guard count > 0, places[job] == nil else { return }
        ended[nextPlace] = job
        places[job] = nextPlace
        nextPlace += 1
        endedSlots += count
        dropOldSlots()
    }

    private func clientCount(of job: UInt64) -> Int {
        clients.count { $0.number <= job } - clients.count { $0.number < job }
    }

    private func client(of job: UInt64) -> Owner? {
        guard let owner = clients.first(from: Owner(number: job, address: .zero))?.key,
            owner.number == job
        else { return nil }
        return owner
    }

    private mutating func dropSlot(_ owner: Owner) {
        clients[owner] = nil
        slotJobs[Entry(address: owner.address, number: owner.number)] = nil
        if places[owner.number] != nil { endedSlots -= 1 }
    }

    private mutating func dropOldSlots() {
        var left = AccountBook.droppedAtOnce
        while left > 0, endedSlots > remembered, let oldest = ended.first {
            left -= 1
            if let client = client(of: oldest.value) {
                dropSlot(client)
            } else {
                ended[oldest.key] = nil
                places[oldest.value] = nil
            }
        }
    }
}

// Showing the lists.
extension AccountBook {
    /// Jobs in which the account took a slot: how many, and up to `limit` behind the first `offset`,
    /// in ascending order.
    func slots(of address: Address, offset: Int, limit: Int) -> (total: Int, items: [UInt64]) {
        AccountBook.page(slotJobs, address, offset, limit)
    }

    /// Jobs that the account posted, likewise.
    func posted(of address: Address, offset: Int, limit: Int) -> (total: Int, items: [UInt64]) {
        AccountBook.page(postedJobs, address, offset, limit)
    }

    /// Global indices of the outputs that pay the account, likewise.
    func vouchers(of address: Address, offset: Int, limit: Int) -> (total: Int, items: [UInt64]) {
        AccountBook.page(outputs, address, offset, limit)
    }

    private static func page(
        _ list: SortedMap<Entry, Nothing>, _ address: Address, _ offset: Int, _ limit: Int
    ) -> (total: Int, items: [UInt64]) {
        let start = list.count { $0.address < address }
        let total = list.count { $0.address <= address } - start
        let skip = max(0, offset)
        guard skip < total else { return (total, []) }
        var items: [UInt64] = []
        for entry in list.page(offset: start + skip, limit: min(limit, total - skip)) {
            items.append(entry.key.number)
        }
        return (total, items)
    }

    /// Accounts with their counters; the lists, each as pairs in ascending order; ended jobs whose
    /// slots are listed, in the order of their end. Each behind its count.
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(accounts.count)
        accounts.forEach { address, account in
            hasher.add(address, account.nonce, account.accepted, account.paid)
            hasher.add(account.forfeited, account.settled, account.defaulted)
        }
        for list in [postedJobs, slotJobs, outputs] {
            hasher.add(list.count)
            list.forEach { entry, _ in hasher.add(entry.address, entry.number) }
        }
        hasher.add(ended.count)
        ended.forEach { _, job in hasher.add(job) }
    }
}
