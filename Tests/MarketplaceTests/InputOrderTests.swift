import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

/// The order of an input: what time does, the credit of a deposit, the message, the work.
@Suite struct InputOrderTests {
    /// Four jobs in FILLING; their time is up in the order 2, 0 and 1 together, 3.
    private func market() throws -> Market {
        var market = Market()
        market.fund()
        for window in [3_700, 3_700, 3_600, 3_800] as [UInt64] {
            var changes = TinyJob.Changes()
            changes.windows = [window, TinyJob.openWindow, 0, 0, 0]
            #expect(try market.post(changes) == nil)
        }
        return market
    }

    private func ended(_ market: Market) -> [ABIValue] {
        market.notices(NoticeFunctions.jobCancelled).map { $0[0] }
    }

    /// One other job in each input, the longest due first and of equals the smaller number.
    @Test func theLongestDueGoesFirst() throws {
        var market = try market()
        market.now += 10_000
        for expected in [[2], [2, 0], [2, 0, 1], [2, 0, 1, 3]] as [[UInt64]] {
            market.wait()
            #expect(ended(market) == expected.map { .uint($0) })
        }
    }

    /// The named job comes first, and one other beside it; also when the message is refused for
    /// another reason than time.
    @Test func theNamedJobAndOneOther() throws {
        var market = try market()
        market.now += 10_000
        #expect(try market.claim(1, from: Market.eve) == "wrongPhase")
        #expect(ended(market) == [.uint(0), .uint(2)])
        // It has ended now, and names none; then the other is the longest due.
        #expect(try market.advance(0) == "wrongPhase")
        #expect(ended(market) == [.uint(0), .uint(2), .uint(1)])
        #expect(try market.advance(77) == "unknownJob")
        #expect(ended(market).count == 4)
    }

    @Test func theLongestDueIsNotRolledTwice() throws {
        var market = try market()
        market.now += 10_000
        #expect(try market.advance(2) == "wrongPhase")
        #expect(ended(market) == [.uint(2), .uint(0)])
    }

    /// The second at which each is due.
    @Test func nothingIsRolledBeforeItsTime() throws {
        var market = try market()
        market.now = try market.job(2).nextDeadline - 1
        #expect(try market.advance(2) == nil)
        #expect(ended(market).isEmpty)
        market.now += 1
        #expect(try market.advance(3) == nil)
        #expect(ended(market) == [.uint(2)])
    }

    /// Inside of a relay, whatever becomes of it.
    @Test func aRelayNamesTheJobWithin() throws {
        var market = try market()
        let signer = try Signer(1)
        let message = try MessageFunctions.cancelJob.encode([.uint(3)])
        market.now += 10_000
        // The signer has no account.
        let payload = try signer.relay(message, nonce: 0, deadline: market.now + 1)
        #expect(market.send(payload, from: Market.eve) == "unknownAccount")
        #expect(ended(market) == [.uint(3), .uint(2)])
        // A relay in a relay names none.
        let inner = try signer.relay(
            try MessageFunctions.cancelJob.encode([.uint(1)]), nonce: 0, deadline: market.now + 1)
        let nested = try signer.relay(inner, nonce: 0, deadline: market.now + 1)
        #expect(market.send(nested, from: Market.eve) == "unknownAccount")
        #expect(ended(market) == [.uint(3), .uint(2), .uint(0)])
    }

    /// Inside of a deposit; the roll comes before the credit, and stands when the message does not.
    @Test func aDepositNamesTheJobOfItsMessage() throws {
        var market = try market()
        market.now += 10_000
        let before = market.story.count
        let message = try MessageFunctions.cancelJob.encode([.uint(1)])
        #expect(market.deposit(ether: .one, to: Market.ada, then: message) == "wrongPhase")
        #expect(
            market.story.dropFirst(before) == ["JobCancelled", "JobCancelled", "Deposited"])
        #expect(ended(market) == [.uint(1), .uint(2)])
        // No portal sends this: it is no deposit, and names none.
        #expect(
            market.send([1, 2, 3], from: AddressBook(.v2_1).portals.ether) == "malformedDeposit")
        #expect(ended(market) == [.uint(1), .uint(2), .uint(0)])
    }

    /// What does not decode names none, whatever its bytes say.
    @Test func whatDoesNotDecodeNamesNone() throws {
        var market = try market()
        market.now += 10_000
        let message = try MessageFunctions.advance.encode([.uint(3)])
        #expect(market.send(message + [0], from: Market.eve) == "malformedMessage")
        #expect(ended(market) == [.uint(2)])
        #expect(
            try market.send(MessageFunctions.advance, .number(.max), from: Market.eve)
                == "unknownJob")
        #expect(ended(market) == [.uint(2), .uint(0)])
    }

    /// Servers that leave fields out move no time and run no message; what came in is credited.
    @Test func incompleteMetadataRollNothingButCredit() throws {
        let full = Metadata(
            chainID: Market.chainID, appContract: Market.application, messageSender: Market.ada,
            blockTimestamp: 1_800_000_000, inputIndex: 9)
        for hole in 0..<5 {
            var market = try market()
            var metadata = full
            switch hole {
            case 0: metadata.chainID = nil
            case 1: metadata.appContract = nil
            case 2: metadata.messageSender = nil
            case 3: metadata.blockTimestamp = nil
            default: metadata.inputIndex = nil
            }
            let before = try market.digest()
            let message = try MessageFunctions.advance.encode([.uint(0)])
            #expect(market.send(message, metadata) == "missingMetadata")
            #expect(try market.digest() == before)
            guard hole != 2 else { continue }
            metadata.messageSender = AddressBook(.v2_1).portals.ether
            let payload = PortalPayload.ether(.one, from: Market.ada, then: message)
            #expect(market.send(payload, metadata) == "missingMetadata")
            #expect(market.balance(Market.ada) == Market.funded + .one)
            #expect(ended(market).isEmpty)
        }
    }

    /// Each of two messages to a job that time has ended gets the answer of its own check.
    @Test func refusalsSayWhatTheJobIsNow() throws {
        var market = try market()
        market.now = try market.job(2).nextDeadline
        #expect(try market.upload(TinyJob.base(), job: 2, from: Market.sponsor) == "wrongPhase")
        #expect(market.errors.first?.at == "the job has ended")
    }

    /// Posting names the job that it makes: content that is there is scored in the same input.
    @Test func aPostedJobIsWorkedOn() throws {
        var market = try Market.withOpenJob()
        let spent = market.engine.state.unitsSpent
        #expect(try market.post() == nil)
        #expect(try market.jobAnswer(1)["baseLoss"] as? String == "\(try TinyJob.loss(0))")
        #expect(market.engine.state.unitsSpent == 2 * spent)
    }

    /// Money that time brings back is there for the message of the same input.
    @Test func theCreditIsThereForTheMessage() throws {
        var market = Market()
        let withdraw = try PortalPayload.withdrawal(.ether)
        #expect(market.deposit(ether: .one, to: Market.ada, then: withdraw) == nil)
        #expect(market.vouchers.count == 1)
        #expect(
            market.deposit(ether: .zero, to: Market.ada, then: withdraw) == "insufficientBalance")
    }

    /// Expired jobs are rolled within as many inputs, whoever sends what.
    @Test func nExpiredJobsNeedNInputs() throws {
        var market = Market()
        market.fund()
        for _ in 0..<30 { #expect(try market.post() == nil) }
        market.now += 10_000_000
        for _ in 0..<30 { market.wait() }
        #expect(ended(market).count == 30)
        #expect(market.engine.state.deadlines.count == 0)
        #expect(market.engine.state.reservedBytes == 0)
    }
}
