import ABI
import Content
import Foundation
import TestSupport
import Testing
import Vouchers

@testable import Marketplace

/// Room has a price, which rises with what is taken, and an end.
@Suite struct RoomTests {
    private static let week: UInt64 = 604_800
    /// To `endsBy` of a job whose windows are a week.
    private static let span = week * 9 / 4
    private static let free = Limits.contentCapacity / 2

    private func rent(_ reserved: UInt64, _ bytes: UInt64, _ seconds: UInt64 = span) -> UInt256? {
        Rent.wei(reserved: reserved, bytes: bytes, seconds: seconds)
    }

    /// The figures of the design, and the formula by other means.
    @Test func theRentIsThatOfTheDesign() throws {
        let mebibyte: UInt64 = 1 << 20
        #expect(rent(0, mebibyte) == .zero)
        #expect(rent(Self.free - mebibyte, mebibyte) == .zero)
        #expect(rent(Self.free - mebibyte, mebibyte + 1) == UInt256(1 as UInt64))
        #expect(rent(79_482_060, mebibyte) == UInt256(591_882_473_497_817 as UInt64))
        #expect(rent(80_530_636, mebibyte) == UInt256(874_204_551_322_102 as UInt64))
        let upperHalf = try #require(rent(Self.free, Self.free))
        #expect(upperHalf.description == "23939446769241292800")
        // 16,384 pages to the sixth are 2^84: seconds · 2^44.
        #expect(rent(Self.free, Self.free, 1) == UInt256(1 << 44 as UInt64))
        #expect(rent(Self.free, 1, 1) == UInt256(1 as UInt64))
    }

    @Test func thereIsNoRentBeyondTheCapacity() {
        #expect(rent(Self.free, Self.free + 1) == nil)
        #expect(rent(.max, 1) == nil && rent(1, .max) == nil)
        #expect(rent(0, Limits.contentCapacity) != nil)
        #expect(rent(Self.free, 0) == .zero)
    }

    /// Splitting gains nothing, and more room or more time never costs less.
    @Test(arguments: 0..<20 as Range<UInt64>) func splittingGainsNothing(seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        for _ in 0..<200 {
            let reserved = random.next() % Limits.contentCapacity
            let bytes = random.next() % (Limits.contentCapacity - reserved + 1)
            let seconds = random.next() % (1 << 26)
            let whole = try #require(rent(reserved, bytes, seconds))
            let cut = bytes == 0 ? 0 : random.next() % (bytes + 1)
            let first = try #require(rent(reserved, cut, seconds))
            let second = try #require(rent(reserved + cut, bytes - cut, seconds))
            #expect(first + second >= whole, "seed \(seed)")
            // Each part is rounded up once.
            #expect(first + second <= whole + .one, "seed \(seed)")
            #expect(first <= whole, "seed \(seed)")
            let shorter = try #require(rent(reserved, bytes, seconds / 2))
            #expect(shorter <= whole, "seed \(seed)")
            // Behind others, the same room is never cheaper.
            let before = try #require(rent(reserved / 2, bytes, seconds))
            #expect(before <= whole, "seed \(seed)")
        }
    }

    /// What the job reserves is what the protocol page counts, field by field.
    @Test func whatAJobReserves() throws {
        let terms = { (changes: TinyJob.Changes) throws -> StorageNeeds in
            var market = Market()
            market.fund()
            #expect(try market.post(changes) == nil)
            return try market.job().storage
        }
        func bound(_ length: UInt64) -> UInt64 { length + length / 16 + 1_024 }
        // 32 + 2 exponents padded to 4 + 2 parameters; 32 + 4 + 8.
        let (model, data, parameters): (UInt64, UInt64, UInt64) = (44, 44, 2)
        let fixed = 8_192 + 32 * 640 + 2 * UInt64(TinyJob.arch.count) + 320 + 2 * 192
        let unsealed = try terms(TinyJob.Changes(slots: 3))
        #expect(unsealed.base == model && unsealed.model == model && unsealed.evaluation == data)
        let files = bound(model) + bound(data) + 3 * bound(model)
        let working = 9 * parameters + 8 * 4 + 12 * 2
        #expect(unsealed.reserved == files + working + fixed + 64 + 3 * 1_792)
        #expect(unsealed.bond == UInt256(unsealed.reserved * 1_000_000_000))
        let federated = try terms(.sealed(payout: 3, rounds: 5))
        #expect(
            federated.reserved
                == files + model + 30 * parameters + 8 * 4 + 12 * 2 + fixed + 5 * 64 + 3 * 1_792)
    }

    @Test func theStorageBondReturnsAndRentDoesNot() throws {
        var market = Market()
        market.fund()
        #expect(try market.post() == nil)
        let job = try market.job()
        let stake = UInt256(2 * TinyJob.reward)
        let price = UInt256(job.work.admitted).multiplied(
            by: UInt256(1 << 19 as UInt64), dividedBy: .one)
        #expect(try market.paidForGood() == price)
        #expect(market.escrow(0) == stake + job.storage.bond)
        #expect(
            market.balance(Market.sponsor) + stake + job.storage.bond + (price ?? .max)
                == Market.funded)
        #expect(
            market.notices(NoticeFunctions.rentPaid)
                == [[.uint(0), .uint(0), .number(try #require(price))]])
        #expect(market.story.suffix(2) == ["JobPosted", "RentPaid"])
        #expect(try market.cancel() == nil)
        #expect(market.balance(Market.sponsor) + (price ?? .max) == Market.funded)
        #expect(market.burned() == price)
    }

    /// Post, score, cancel, repeat: each time costs what all scoring that was admitted would cost.
    @Test func aNodesTimeIsNotForFree() throws {
        var market = try Market.withOpenJob()
        let spent = market.engine.state.unitsSpent
        #expect(spent > 0)
        let before = market.balance(Market.sponsor)
        #expect(try market.cancel() == nil)
        #expect(try market.post() == nil)
        #expect(try market.cancel(1) == nil)
        let price = try market.paidForGood(1)
        #expect(price >= UInt256(spent * 524_288))
        #expect(
            market.balance(Market.sponsor) + (try market.paidForGood(0)) + price == Market.funded)
        #expect(before < Market.funded)
    }

    /// To the machine's keeper where one is named; never to the application, which could not
    /// withdraw it.
    @Test func whoeverKeepsTheMachineGetsIt() throws {
        let keeper = Market.actor(0x42)
        for (receiver, isPaid) in [(keeper, true), (Market.application, false)] {
            var market = Market(
                Configuration(contracts: AddressBook(.v2_1), rentReceiver: receiver))
            market.fund()
            #expect(try market.post() == nil)
            let price = try market.paidForGood()
            #expect(market.balance(receiver) == (isPaid ? price : .zero))
            #expect(market.burned() == (isPaid ? .zero : price))
            #expect(
                try market.inspect("version")["rentReceiver"] as? String == receiver.checksummed)
        }
        #expect(try Market().inspect("version")["rentReceiver"] is NSNull)
    }

    /// Also when it is the sponsor: then the room costs nothing, which the guide says.
    @Test func theKeeperPaysItself() throws {
        var market = Market(
            Configuration(contracts: AddressBook(.v2_1), rentReceiver: Market.sponsor))
        market.fund()
        #expect(try market.post() == nil)
        #expect(try market.cancel() == nil)
        #expect(market.balance(Market.sponsor) == Market.funded)
    }

    @Test func maxRentIsRentAndScoringAndNoMore() throws {
        var market = Market()
        market.fund()
        var other = market
        #expect(try other.post() == nil)
        let price = try other.paidForGood()
        let post = try MessageFunctions.postJob.encode([
            try TinyJob.terms(), .number(price - .one),
        ])
        try market.refuses(
            post, from: Market.sponsor, "rentTooHigh",
            at: "\(price) wei, at most \(price - .one)")
        #expect(try market.post(maxRent: price) == nil)
        // It is no part of what a client agrees to.
        #expect(try market.job().termsHash == TinyJob.termsHash())
        #expect(try other.job().termsHash == TinyJob.termsHash())
    }

    /// Rent is Ether, in token jobs too.
    @Test func tokenJobsPayInEther() throws {
        let token = Market.actor(0x77)
        var market = Market()
        let coins = PortalPayload.erc20(UInt256(5_000 as UInt64), of: token, from: Market.sponsor)
        #expect(market.send(coins, from: AddressBook(.v2_1).portals.erc20) == nil)
        #expect(try market.post(TinyJob.Changes(token: token)) == "insufficientBalance")
        #expect(market.deposit(ether: Market.funded, to: Market.sponsor) == nil)
        #expect(try market.post(TinyJob.Changes(token: token)) == nil)
        let price = try market.paidForGood()
        #expect(market.burned() == price && market.burned(in: .erc20(token)).isZero)
        #expect(market.escrow(0, in: .erc20(token)) == UInt256(2_000 as UInt64))
        #expect(try market.cancel() == nil)
        #expect(market.balance(Market.sponsor) + price == Market.funded)
        #expect(market.balance(Market.sponsor, in: .erc20(token)) == UInt256(5_000 as UInt64))
    }

    @Test func aDepositMayPayItsOwnJob() throws {
        var market = Market()
        let post = try MessageFunctions.postJob.encode([try TinyJob.terms(), .number(.max)])
        #expect(market.send(post, from: Market.sponsor) == "insufficientBalance")
        #expect(market.deposit(ether: Market.funded, to: Market.sponsor, then: post) == nil)
        #expect(market.nonce(Market.sponsor) == 1)
    }
}

/// The room of the machine, filled.
@Suite struct CapacityTests {
    /// As many samples as there may be: 20 MiB of data.
    private static var large: TinyJob.Changes {
        var changes = TinyJob.Changes(samples: 1 << 20)
        changes.slots = 1
        return changes
    }

    private static let rich = UInt256(1 << 70 as UInt128)

    private static func full() throws -> Market {
        var market = Market()
        market.fund()
        for account in [Market.sponsor, Market.bob] {
            #expect(market.deposit(ether: rich, to: account) == nil)
        }
        while try market.post(large) == nil {}
        #expect(market.errors.first?.code == "capacity")
        return market
    }

    @Test func whatIsReservedNeverPassesTheCapacity() throws {
        var market = try Self.full()
        let reserved = market.engine.state.reservedBytes
        let one = try market.job().storage.reserved
        #expect(reserved <= Limits.contentCapacity && reserved + one > Limits.contentCapacity)
        let audit = try market.inspect("audit")
        #expect(audit["reservedBytes"] as? UInt64 == reserved)
        #expect(audit["capacity"] as? UInt64 == Limits.contentCapacity)
        try market.refuses(
            try MessageFunctions.postJob.encode([try TinyJob.terms(Self.large), .number(.max)]),
            from: Market.sponsor, "capacity",
            at: "\(one) bytes, \(Limits.contentCapacity - reserved) free")
        // A smaller job still fits, and pays for it.
        #expect(try market.post() == nil)
        let paid = market.notices(NoticeFunctions.rentPaid).last
        #expect(paid?[1] != .uint(0))
    }

    /// Those who fill the machine pay for it, more and more, and get nothing of it back.
    @Test func holdingEverythingCostsRent() throws {
        var market = try Self.full()
        let rents = market.notices(NoticeFunctions.rentPaid).compactMap { notice in
            if case .number(let rent) = notice[1] { rent } else { nil }
        }
        #expect(rents.first == .zero && rents.count > 4)
        #expect(zip(rents, rents.dropFirst()).allSatisfy { $0 <= $1 })
        let last = try #require(rents.last)
        #expect(last.description.count > 18, "\(last) wei")
        let burned = market.burned()
        for job in 0..<market.engine.state.jobCount {
            #expect(try market.cancel(job) == nil)
        }
        #expect(market.burned() == burned)
        #expect(market.engine.state.reservedBytes == 0)
        // Then the first half is free again.
        #expect(try market.post(Self.large) == nil)
        #expect(market.notices(NoticeFunctions.rentPaid).last?[1] == .uint(0))
    }

    /// Nobody has to renew anything, and nothing is held for ever: it ends by itself, a job an input.
    @Test func expiredJobsGoAnInputEach() throws {
        var market = try Self.full()
        let jobs = market.engine.state.jobCount
        market.now += TinyJob.fillWindow
        for left in (0..<jobs).reversed() {
            market.wait()
            #expect(market.engine.state.deadlines.count == Int(left))
        }
        #expect(market.engine.state.reservedBytes == 0)
        let cancelled = market.notices(NoticeFunctions.jobCancelled).map { $0[0] }
        #expect(cancelled == (0..<jobs).map { .uint($0) })
    }

    /// The room that an input frees by time is there for its message, and so is the refund.
    @Test func whatARollFreesIsThereForTheMessage() throws {
        var market = try Self.full()
        let rest = market.balance(Market.sponsor)
        #expect(
            try market.send(
                MessageFunctions.withdrawEther, .number(rest), .bytes([]), from: Market.sponsor)
                == nil)
        #expect(try market.post(Self.large, from: Market.bob) == "capacity")
        market.now += TinyJob.fillWindow
        #expect(try market.post(Self.large, from: Market.bob) == nil)
        #expect(market.story.suffix(3) == ["JobCancelled", "JobPosted", "RentPaid"])
        var sponsors = Self.large
        sponsors.ppm = 1
        let code = try market.post(sponsors)
        #expect(code == nil || code == "insufficientBalance")
        #expect(market.notices(NoticeFunctions.jobCancelled).count == 2)
    }

    @Test func inspectTellsTheRent() throws {
        let market = try Self.full()
        let reserved = market.engine.state.reservedBytes
        let bytes = (Limits.contentCapacity - reserved) / 2
        let answer = try market.inspect("rent?bytes=\(bytes)&seconds=1000")
        let rent = try #require(Rent.wei(reserved: reserved, bytes: bytes, seconds: 1_000))
        #expect(answer["rent"] as? String == "\(rent)")
        #expect(answer["storageBond"] as? String == "\(bytes * 1_000_000_000)")
        #expect(answer["reservedBytes"] as? UInt64 == reserved)
        #expect(answer["capacity"] as? UInt64 == Limits.contentCapacity)
        let over = try market.inspect("rent?bytes=\(2 * bytes + 2)&seconds=1000")
        #expect((over["error"] as? [String: Any])?["code"] as? String == "capacity")
        #expect(try market.inspect("rent")["rent"] as? String == "0")
    }

    @Test func theCapacityOfATestIsItsOwn() throws {
        var market = Market { $0.contentCapacity = 60_000 }
        market.fund()
        #expect(try market.post() == nil)
        #expect(try market.post() == "capacity")
        #expect(try market.inspect("audit")["capacity"] as? Int == 60_000)
        #expect(try market.cancel() == nil)
        #expect(try market.post() == nil)
    }
}
