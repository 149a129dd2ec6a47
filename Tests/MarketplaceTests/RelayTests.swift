import ABI
import Content
import TestSupport
import Testing
import Vouchers

@testable import Marketplace

/// Somebody may send what another signed: as that other, and in its turn.
@Suite struct RelayTests {
    private let advance: [UInt8]

    init() throws {
        advance = try MessageFunctions.advance.encode([.uint(0)])
    }

    private func market(_ signer: Signer) throws -> Market {
        var market = try Market.withOpenJob()
        #expect(market.deposit(ether: Market.funded, to: signer.address) == nil)
        return market
    }

    private func accept(_ market: Market) throws -> [UInt8] {
        try MessageFunctions.acceptJob.encode([
            .uint(0), .bytes32(try market.job().termsHash), .address(.zero), .array([]),
        ])
    }

    @Test func theSignerActsAndTheRelayerDoesNot() throws {
        let signer = try Signer(1)
        var market = try market(signer)
        let nonce = try #require(market.nonce(Market.eve))
        #expect(try market.relay(try accept(market), of: signer) == nil)
        #expect(try market.slots().map { $0["client"] as? String } == [signer.address.checksummed])
        #expect(market.balance(signer.address) + UInt256(TinyJob.bond) == Market.funded)
        #expect(market.nonce(signer.address) == 1)
        #expect(market.nonce(Market.eve) == nonce)
    }

    /// A relay that comes before its time can come again.
    @Test func aRelayTooEarlyKeepsItsNonce() throws {
        let signer = try Signer(1)
        var market = try market(signer)
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.relay(try accept(market), of: signer) == nil)
        let commitment = try market.commitment(to: model, of: signer.address)
        let commit = try MessageFunctions.commit.encode([.uint(0), .bytes32(commitment)])
        #expect(try market.relay(commit, of: signer) == nil)
        let upload = try MessageFunctions.upload.encode([
            .uint(0), .bytes(CID.raw(model).binary), .uint(UInt64(model.count)), .uint(0),
            .bytes(model),
        ])
        #expect(try market.relay(upload, of: signer) == nil)
        let submit = try signer.relay(
            try MessageFunctions.submit.encode([
                .uint(0), .bytes(CID.raw(model).binary), .bytes(CID.raw(TinyJob.data).binary),
                .bytes32(Market.salt),
            ]), nonce: 3, deadline: market.now + Limits.minCommitAge + 1)
        market.now += Limits.minCommitAge - 1
        try market.refuses(submit, from: Market.eve, "tooEarly")
        #expect(market.nonce(signer.address) == 3)
        market.now += 1
        #expect(market.send(submit, from: Market.eve) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).first?[1] == .address(signer.address))
        #expect(market.send(submit, from: Market.eve) == "wrongNonce")
    }

    /// Who acts has withdrawn what it signed before: by itself, with a deposit, or by another relay.
    @Test(arguments: 0..<3) func ownActsWithdrawWhatWasSignedBefore(act: Int) throws {
        let signer = try Signer(1)
        var market = try market(signer)
        let signed = try signer.relay(
            try accept(market), nonce: 0, deadline: market.now + 1_000)
        switch act {
        case 0: #expect(market.send(advance, from: signer.address) == nil)
        case 1: #expect(market.deposit(ether: .one, to: signer.address, then: advance) == nil)
        default: #expect(try market.relay(advance, of: signer) == nil)
        }
        try market.refuses(signed, from: Market.eve, "wrongNonce", at: "nonce 1 is next")
        #expect(try market.slots().isEmpty)
    }

    /// What is refused was no act: neither one's own message nor one relayed.
    @Test func whatIsRefusedWithdrawsNothing() throws {
        let signer = try Signer(1)
        var market = try market(signer)
        let signed = try signer.relay(
            try accept(market), nonce: 0, deadline: market.now + 1_000)
        let refused = try MessageFunctions.cancelJob.encode([.uint(0)])
        #expect(market.send(refused, from: signer.address) == "notSponsor")
        #expect(market.deposit(ether: .one, to: signer.address, then: refused) == "notSponsor")
        #expect(market.deposit(ether: .one, to: signer.address) == nil)
        #expect(try market.relay(refused, of: signer) == "notSponsor")
        #expect(market.nonce(signer.address) == 0)
        #expect(market.send(signed, from: Market.eve) == nil)
    }

    /// In the order in which they are tested.
    @Test func aRelayIsCheckedBeforeItsMessage() throws {
        let signer = try Signer(1)
        var market = try market(signer)
        let now = market.now
        let stranger = try Signer(2)
        let nested = try signer.relay(advance, nonce: 0, deadline: now + 1)
        let cases: [(String, [UInt8])] = [
            ("expired", try stranger.relay([], nonce: 7, deadline: now)),
            ("unknownAccount", try stranger.relay(advance, nonce: 0, deadline: now + 1)),
            ("wrongNonce", try signer.relay([], nonce: 1, deadline: now + 1)),
            ("wrongNonce", try signer.relay([], nonce: .max, deadline: now + 1)),
            (
                "invalidSignature",
                try signer.relay([], nonce: 0, deadline: now + 1, signed: advance)
            ),
            (
                "invalidSignature",
                try stranger.relay([], nonce: 0, deadline: now + 1, as: signer.address)
            ),
            ("unknownMessage", try signer.relay([1], nonce: 0, deadline: now + 1)),
            (
                "malformedMessage",
                try signer.relay(
                    MessageFunctions.advance.selectorBytes, nonce: 0, deadline: now + 1)
            ),
            ("nestedRelay", try signer.relay(nested, nonce: 0, deadline: now + 1)),
            (
                "unknownJob",
                try signer.relay(
                    try MessageFunctions.advance.encode([.uint(9)]), nonce: 0, deadline: now + 1)
            ),
        ]
        for (code, payload) in cases { try market.refuses(payload, from: Market.eve, code) }
        #expect(market.send(nested, from: Market.eve) == nil)
    }

    @Test func aRelayDoesNotComeWithADeposit() throws {
        let signer = try Signer(1)
        var market = try market(signer)
        let relay = try signer.relay(advance, nonce: 0, deadline: market.now + 1)
        #expect(market.deposit(ether: .one, to: Market.ada, then: relay) == "nestedRelay")
        #expect(market.balance(Market.ada) == Market.funded + .one)
        #expect(market.nonce(signer.address) == 0)
    }
}

/// An account begins with a deposit, and is never dropped.
@Suite struct AccountTests {
    private let portals = AddressBook(.v2_1).portals

    @Test func onlyADepositThatIsNotZeroOpensAnAccount() throws {
        var market = Market()
        #expect(market.deposit(ether: .zero, to: Market.ada) == nil)
        let nothing = try PortalPayload.batch(
            ids: [], amounts: [], of: Market.actor(9), from: Market.ada)
        #expect(market.send(nothing, from: portals.erc1155Batch) == nil)
        #expect(market.nonce(Market.ada) == nil)
        #expect(market.deposit(ether: .one, to: Market.ada) == nil)
        #expect(market.nonce(Market.ada) == 0)
        #expect(
            try market.send(
                MessageFunctions.withdrawEther, .uint(1), .bytes([]), from: Market.ada) == nil)
        // Nothing is left of it but its nonce.
        #expect(market.nonce(Market.ada) == 1)
    }

    /// Its message may be accepted, and is forgotten.
    @Test func aSenderWithoutAccountLeavesNoRecord() throws {
        var market = try Market.withOpenJob()
        let stranger = Market.actor(0x55)
        var idle = market
        idle.wait()
        #expect(try market.advance(from: stranger) == nil)
        #expect(market.nonce(stranger) == nil)
        #expect(try market.digest() == idle.digest())
    }

    /// The message of an empty deposit runs, for an account that need not exist.
    @Test func aDepositOfNothingCarriesAMessage() throws {
        var market = try Market.withOpenJob()
        let stranger = Market.actor(0x55)
        let advance = try MessageFunctions.advance.encode([.uint(0)])
        #expect(market.deposit(ether: .zero, to: stranger, then: advance) == nil)
        #expect(market.nonce(stranger) == nil)
    }

    @Test func whenAllAccountsAreTakenNewcomersGetTheirDepositsBack() throws {
        var market = Market { $0.accounts = 2 }
        let message = try PortalPayload.withdrawal(.ether)
        #expect(market.deposit(ether: .one, to: Market.ada) == nil)
        #expect(market.deposit(ether: .one, to: Market.bob) == nil)
        let digest = market.engine.state.accounts.count
        #expect(market.deposit(ether: .one, to: Market.eve, then: message) == "ledgerFull")
        #expect(
            market.vouchers == [
                .voucher(destination: Market.eve, value: .one, payload: [])
            ])
        // No message was run, and there is no record of it.
        #expect(market.notices(NoticeFunctions.withdrawn).isEmpty)
        #expect(market.nonce(Market.eve) == nil)
        #expect(market.engine.state.accounts.count == digest)
        let account = try market.inspect("accounts/\(Market.eve.checksummed)")
        #expect((account["vouchers"] as? [String: Any])?["total"] as? Int == 0)
        #expect(market.engine.state.ledger.totals(of: .ether).deposited == UInt256(2 as UInt64))
        // Whoever has one goes on.
        #expect(market.deposit(ether: .one, to: Market.ada) == nil)
        #expect(market.deposit(ether: .zero, to: Market.eve) == nil)
    }

    /// Each kind of asset has room of its own, and assets that were ever deposited too.
    @Test(arguments: 0..<5) func everyTableHasAnEndAndGivesBackWhatIsBehindIt(portal: Int) throws {
        let token = Market.actor(0x77)
        func limited(_ room: Int) -> Market {
            Market {
                $0.ledgerLimits.ether = room
                $0.ledgerLimits.erc20 = room
                $0.ledgerLimits.collectibles = room
            }
        }
        var market = limited(1)
        let first = try PortalPayload.one(through: portal, of: token, from: Market.ada)
        let second = try PortalPayload.one(through: portal, of: token, from: Market.bob)
        #expect(market.send(first.payload, from: first.portal) == nil)
        #expect(market.send(first.payload, from: first.portal) == nil)
        #expect(market.send(second.payload, from: second.portal) == "ledgerFull")
        #expect(market.vouchers.count == 1)
        #expect(market.balance(Market.bob, in: second.asset).isZero)
        #expect(market.nonce(Market.bob) == nil)

        var assets = Market { $0.ledgerLimits.assets = 1 }
        #expect(assets.send(first.payload, from: first.portal) == nil)
        #expect(assets.send(second.payload, from: second.portal) == nil)
        let other = try PortalPayload.one(
            through: portal == 0 ? 1 : 0, of: token, from: Market.ada)
        #expect(assets.send(other.payload, from: other.portal) == "ledgerFull")
    }

    /// What comes out of an escrow is always credited, also where there is no more room.
    @Test func creditsFromEscrowAlwaysSucceed() throws {
        let receiver = Market.actor(0x42)
        var market = Market(Configuration(contracts: AddressBook(.v2_1), rentReceiver: receiver)) {
            $0.ledgerLimits.ether = 1
        }
        #expect(market.deposit(ether: Market.funded, to: Market.sponsor) == nil)
        #expect(market.deposit(ether: Market.funded, to: Market.ada) == "ledgerFull")
        #expect(try market.post() == nil)
        #expect(market.balance(receiver) == (try market.paidForGood()))
        #expect(market.deposit(ether: .one, to: receiver) == nil)
    }

    @Test func nothingFallsOutOfTheOutputsWhenADepositReturns() throws {
        var market = Market { $0.accounts = 1 }
        #expect(market.deposit(ether: .one, to: Market.ada) == nil)
        #expect(market.deposit(ether: .one, to: Market.eve) == "ledgerFull")
        #expect(
            try market.send(
                MessageFunctions.withdrawEther, .uint(1), .bytes([]), from: Market.ada) == nil)
        let account = try market.inspect("accounts/\(Market.ada.checksummed)")
        let items = (account["vouchers"] as? [String: Any])?["items"] as? [Int]
        let index = try #require(items?.first)
        #expect(
            market.outputs[index]
                == .voucher(destination: Market.ada, value: .one, payload: []))
    }
}

/// The last jobs that ended are remembered, and no more.
@Suite struct RememberedJobTests {
    @Test func theOldestEndIsForgotten() throws {
        var market = Market { $0.rememberedJobs = 2 }
        market.fund()
        for job in 0..<3 as Range<UInt64> {
            #expect(try market.post(TinyJob.Changes(jobSalt: Keccak256.hash([UInt8(job)]))) == nil)
            #expect(try market.accept(Market.ada, job: job) == nil)
        }
        // Not the smallest number: the one that ended first.
        for job in [1, 0] as [UInt64] { #expect(try market.cancel(job) == nil) }
        #expect(try market.advance(1) == "wrongPhase")
        #expect(try market.cancel(2) == nil)
        #expect(try market.advance(1) == "unknownJob")
        #expect(try market.inspect("jobs/1")["error"] != nil)
        #expect(try market.inspect("jobs")["total"] as? Int == 2)
        #expect(try market.inspect("jobs?phase=cancelled")["total"] as? Int == 2)
        for (account, list) in [(Market.ada, "slots"), (Market.sponsor, "posted")] {
            let answer = try market.inspect("accounts/\(account.checksummed)")
            #expect((answer[list] as? [String: Any])?["items"] as? [Int] == [0, 2])
        }
        // Numbers are not given again.
        #expect(try market.post() == nil)
        #expect(market.notices(NoticeFunctions.jobPosted).last?[0] == .uint(3))
        #expect(try market.advance(3) == nil)
    }

    /// A live job is never forgotten, however many end beside it.
    @Test func liveJobsAreNotCounted() throws {
        var market = Market { $0.rememberedJobs = 1 }
        market.fund()
        for _ in 0..<4 { #expect(try market.post() == nil) }
        for job in 1..<4 as Range<UInt64> { #expect(try market.cancel(job) == nil) }
        #expect(try market.advance(0) == nil)
        #expect(try market.advance(2) == "unknownJob")
        #expect(try market.advance(3) == "wrongPhase")
    }
}
