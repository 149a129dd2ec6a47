import ABI
import CHeap
import Marketplace
import Vouchers

/// Fills every table that has a cap, through the engine and in no order, and says after each how
/// many bytes of heap it holds.
enum FullWorkloads {
    private static var accounts: UInt64 { 1 << 19 }
    private static var balances: UInt64 { 1 << 18 }
    private static var ids: UInt64 { 1_000 }
    private static var jobs: UInt64 { 1 << 16 }

    static func run() {
        var crowd = Crowd()
        var before = heap_in_use()
        func tell(_ name: String) {
            let now = heap_in_use()
            Measurement.log("\(name)|\(now - before)")
            before = now
        }
        for number in 0..<accounts { crowd.deposit(to: Crowd.account(number)) }
        tell("2^19 accounts, each with Ether")
        // As many assets as there may be, with Ether and the ids.
        let tokens = balances - ids - 1
        for number in 0..<balances {
            crowd.deposit(
                of: Crowd.account(1 << 33 + number % tokens), to: Crowd.account(number))
        }
        tell("2^18 ERC-20 balances, nearly all of an asset of their own")
        for number in 0...(balances / ids) {
            let count = min(ids, balances - number * ids)
            crowd.deposit(ids: 0..<count, of: Crowd.account(1 << 34), to: Crowd.account(number))
        }
        tell("2^18 ERC-1155 balances of a thousand assets")
        for number in 0..<balances {
            crowd.send(
                MessageFunctions.withdrawEther, .uint(1), .bytes([]),
                from: Crowd.account(number * 7 % accounts))
        }
        tell("2^18 listed vouchers")
        end(&crowd)
        tell("2^16 ended jobs, with 2^18 slots in their clients' lists")
        Measurement.log("together|\(heap_in_use())")
    }

    /// As many jobs as are remembered, with four clients each, all of them cancelled.
    private static func end(_ crowd: inout Crowd) {
        for job in 0..<jobs {
            let sponsor = Crowd.account(job * 5 % accounts)
            let terms = SmallJob.terms(sponsor: sponsor, isSealed: false, number: job)
            crowd.send(MessageFunctions.postJob, terms, .number(.max), from: sponsor)
            for place in 1...4 as ClosedRange<UInt64> {
                let client = Crowd.account((job * 5 + place * 10_007) % accounts)
                crowd.send(
                    MessageFunctions.acceptJob, .uint(job), .bytes32(SmallJob.termsHash(terms)),
                    .address(client), .array([]), from: client)
            }
            crowd.send(MessageFunctions.cancelJob, .uint(job), from: sponsor)
        }
    }
}
