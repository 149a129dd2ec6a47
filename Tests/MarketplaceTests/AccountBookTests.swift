import ABI
import TestSupport
import Testing

@testable import Marketplace

@Suite struct AccountBookTests {
    private static func address(_ number: UInt64) -> Address {
        Address(UInt256(number).bytes32) ?? .zero
    }

    private let ada = address(1)
    private let bob = address(2)
    private let stranger = address(99)

    private func book() -> AccountBook {
        var book = AccountBook()
        book.open(ada)
        book.open(bob)
        return book
    }

    private func digest(_ book: AccountBook) -> Bytes32 {
        var hasher = CanonicalHasher()
        book.add(to: &hasher)
        return hasher.finish()
    }

    @Test func anAccountIsOpenedOnceAndStays() {
        var book = book()
        book.update(ada) { $0.nonce += 1 }
        book.open(ada)
        #expect(book.count == 2)
        #expect(book.contains(ada))
        #expect(book[ada]?.nonce == 1)
        #expect(book[bob] == AccountBook.Account())
    }

    @Test func strangersLeaveNoRecord() {
        var book = book()
        let before = digest(book)
        book.update(stranger) { $0.nonce += 1 }
        book.addPosted(0, by: stranger)
        book.addSlot(0, of: stranger)
        book.addVoucher(0, of: stranger)
        book.noteEnded(job: 0)
        book.forget(job: 0, sponsor: stranger)
        #expect(book[stranger] == nil)
        #expect(book.count == 2)
        #expect(digest(book) == before)
        #expect(book.slots(of: stranger, offset: 0, limit: 9).total == 0)
    }

    @Test func listsAreShownByPages() {
        var book = book()
        for number in 0..<UInt64(250) {
            book.addPosted(number, by: ada)
            book.addSlot(2 * number, of: bob)
            book.addSlot(2 * number, of: bob)
            book.addVoucher(3 * number, of: bob)
        }
        let posted = book.posted(of: ada, offset: 100, limit: 100)
        #expect(posted.total == 250)
        #expect(posted.items == Array(100..<200))
        let slots = book.slots(of: bob, offset: 200, limit: 100)
        #expect(slots.total == 250)
        #expect(slots.items == (200..<250).map { 2 * $0 })
        #expect(book.vouchers(of: bob, offset: 0, limit: 2).items == [0, 3])
        #expect(book.vouchers(of: bob, offset: 250, limit: 2).items == [])
        #expect(book.vouchers(of: bob, offset: -1, limit: 1).items == [0])
        #expect(book.vouchers(of: bob, offset: .max, limit: .max).items == [])
        #expect(book.posted(of: bob, offset: 0, limit: 9).total == 0)
        #expect(book.slots(of: ada, offset: 0, limit: 9).total == 0)
    }

    @Test func theOldestVouchersAreForgotten() {
        var book = book()
        #expect(book.remembered == 262_144)
        book.remembered = 5
        for output in 0..<UInt64(8) { book.addVoucher(output, of: output % 2 == 0 ? ada : bob) }
        #expect(book.vouchers(of: ada, offset: 0, limit: 9).items == [4, 6])
        #expect(book.vouchers(of: bob, offset: 0, limit: 9).items == [3, 5, 7])
    }

    @Test func slotsOfEndedJobsAreForgottenInTheOrderOfTheirEnd() {
        var book = book()
        book.remembered = 3
        for job in 0..<UInt64(5) {
            book.addSlot(job, of: ada)
            book.addSlot(job, of: bob)
        }
        book.noteEnded(job: 3)
        book.noteEnded(job: 3)
        #expect(book.slots(of: ada, offset: 0, limit: 9).items == [0, 1, 2, 3, 4])
        // Of the first job one entry is too many: that of the smaller address.
        book.noteEnded(job: 0)
        #expect(book.slots(of: ada, offset: 0, limit: 9).items == [0, 1, 2, 4])
        #expect(book.slots(of: bob, offset: 0, limit: 9).items == [0, 1, 2, 3, 4])
        book.noteEnded(job: 4)
        #expect(book.slots(of: ada, offset: 0, limit: 9).items == [1, 2, 4])
        #expect(book.slots(of: bob, offset: 0, limit: 9).items == [0, 1, 2, 4])
        // Live jobs are listed whatever ends.
        for job in 10..<UInt64(20) {
            book.addSlot(job, of: bob)
            book.noteEnded(job: job)
        }
        #expect(book.slots(of: ada, offset: 0, limit: 9).items == [1, 2])
        #expect(book.slots(of: bob, offset: 0, limit: 9).items == [1, 2, 17, 18, 19])
    }

    @Test func aForgottenJobIsInNoList() {
        var book = book()
        let empty = digest(book)
        for job in 0..<UInt64(3) {
            book.addPosted(job, by: ada)
            book.addSlot(job, of: bob)
            book.addSlot(job, of: ada)
        }
        book.noteEnded(job: 1)
        book.forget(job: 1, sponsor: ada)
        #expect(book.posted(of: ada, offset: 0, limit: 9).items == [0, 2])
        #expect(book.slots(of: ada, offset: 0, limit: 9).items == [0, 2])
        #expect(book.slots(of: bob, offset: 0, limit: 9).items == [0, 2])
        // Also one whose end nobody noted.
        book.forget(job: 0, sponsor: ada)
        book.noteEnded(job: 2)
        book.forget(job: 2, sponsor: ada)
        #expect(digest(book) == empty)
    }

    /// Nobody can fill the lists with one job.
    @Test func ofOneJobSomeClientsAreListed() {
        var book = AccountBook()
        for client in 0..<UInt64(200) {
            book.open(AccountBookTests.address(client))
            book.addSlot(7, of: AccountBookTests.address(client))
        }
        let listed = (0..<UInt64(200)).filter {
            book.slots(of: AccountBookTests.address($0), offset: 0, limit: 9).total == 1
        }
        #expect(listed == Array(0..<128))
        book.forget(job: 7, sponsor: stranger)
        #expect(book.slots(of: AccountBookTests.address(0), offset: 0, limit: 9).total == 0)
    }

    @Test func theDigestSeesEveryPart() {
        var seen = [digest(AccountBook())]
        var book = AccountBook()
        func note() { seen.append(digest(book)) }
        book.open(ada)
        note()
        book.update(ada) { $0.nonce += 1 }
        note()
        book.update(ada) { $0.accepted += 1 }
        note()
        book.update(ada) { $0.paid += 1 }
        note()
        book.update(ada) { $0.forfeited += 1 }
        note()
        book.update(ada) { $0.settled += 1 }
        note()
        book.update(ada) { $0.defaulted += 1 }
        note()
        book.addPosted(1, by: ada)
        note()
        book.addSlot(1, of: ada)
        note()
        book.addVoucher(1, of: ada)
        note()
        book.noteEnded(job: 1)
        note()
        #expect(Set(seen).count == seen.count)
    }

    /// The order in which jobs ended decides which are forgotten first.
    @Test func theDigestSeesTheOrderOfEnds() {
        var one = book()
        for job in 0..<UInt64(2) { one.addSlot(job, of: ada) }
        var other = one
        for job in 0..<UInt64(2) {
            one.noteEnded(job: job)
            other.noteEnded(job: 1 - job)
        }
        #expect(digest(one) != digest(other))
    }
}

/// Random histories against lists that are searched from end to end.
@Suite struct AccountBookHistoryTests {
    @Test(arguments: 0..<20) func areAsTheModelSays(seed: UInt64) {
        var history = AccountBookHistory(seed: seed)
        var found = 0
        for step in 0..<UInt64(400) {
            history.play(step)
            found += history.differences
        }
        #expect(found == 0, "seed \(seed)")
    }
}

private struct AccountBookHistory {
    private static let remembered = 20
    private let addresses = (0..<8).map { Address(UInt256(UInt64($0)).bytes32) ?? .zero }
    private var book = AccountBook()
    private var random: SplitMix64

    /// The model. Jobs are numbers in `sponsors`.
    private var sponsors: [Int] = []
    private var jobs: [UInt64] = []
    private var posted: [[UInt64]] = Array(repeating: [], count: 8)
    /// Client and job.
    private var slots: [(Int, UInt64)] = []
    /// Payee and output, the oldest first.
    private var vouchers: [(Int, UInt64)] = []
    private var ended: [UInt64] = []

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
        book.remembered = AccountBookHistory.remembered
        for address in addresses { book.open(address) }
    }

    private mutating func below(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

    mutating func play(_ step: UInt64) {
        let account = below(8)
        let job = jobs.randomElement(using: &random)
        switch (below(6), job) {
        case (0, _):
            let new = UInt64(sponsors.count)
            sponsors.append(account)
            jobs.append(new)
            posted[account].append(new)
            book.addPosted(new, by: addresses[account])
        case (1, let job?), (2, let job?):
            if ended.contains(job) { return }
            book.addSlot(job, of: addresses[account])
            if !slots.contains(where: { $0 == (account, job) }) { slots.append((account, job)) }
        case (3, let job?):
            book.noteEnded(job: job)
            end(job)
        case (4, let job?):
            if jobs.count > 12 { forget(job) }
        default:
            book.addVoucher(step, of: addresses[account])
            vouchers.append((account, step))
            if vouchers.count > AccountBookHistory.remembered { vouchers.removeFirst() }
        }
    }

    private mutating func end(_ job: UInt64) {
        guard slots.contains(where: { $0.1 == job }), !ended.contains(job) else { return }
        ended.append(job)
        while true {
            let old = slots.filter { ended.contains($0.1) }
            guard old.count > AccountBookHistory.remembered else { return }
            let first = ended.first { job in old.contains { $0.1 == job } }
            let client = old.filter { $0.1 == first }.map(\.0).min()
            slots.removeAll { $0.1 == first && $0.0 == client }
        }
    }

    private mutating func forget(_ job: UInt64) {
        let sponsor = sponsors[Int(job)]
        book.forget(job: job, sponsor: addresses[sponsor])
        jobs.removeAll { $0 == job }
        posted[sponsor].removeAll { $0 == job }
        slots.removeAll { $0.1 == job }
        ended.removeAll { $0 == job }
    }

    /// Lists that are not as they should be, shown from the second entry on.
    var differences: Int {
        var found = 0
        func compare(_ page: (total: Int, items: [UInt64]), _ list: [UInt64]) {
            if page.total != list.count || page.items != Array(list.sorted().dropFirst()) {
                found += 1
            }
        }
        for (index, address) in addresses.enumerated() {
            compare(
                book.slots(of: address, offset: 1, limit: 99),
                slots.filter { $0.0 == index }.map(\.1))
            compare(
                book.vouchers(of: address, offset: 1, limit: 99),
                vouchers.filter { $0.0 == index }.map(\.1))
            compare(book.posted(of: address, offset: 1, limit: 99), posted[index])
        }
        return found
    }
}
