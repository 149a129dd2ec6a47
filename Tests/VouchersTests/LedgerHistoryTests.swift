import ABI
import TestSupport
import Testing

@testable import Vouchers

/// Random lists of moves against a model that is nothing but a table of balances.
@Suite struct LedgerHistoryTests {
    private static let assets: [Asset] = [
        .ether, .erc20(address(9)), .erc721(address(9), id: .one), .erc1155(address(9), id: .one),
    ]
    private static let pockets: [Pocket] = [
        .chain, .burned, .account(address(1)), .account(address(2)), .escrow(job: 0),
        .escrow(job: 1),
    ]

    private static func address(_ byte: UInt8) -> Address {
        Address([UInt8](repeating: byte, count: 20)) ?? .zero
    }

    /// Balances by asset and pocket, what came and what went.
    private struct Model: Equatable {
        var amounts = [[Int]](repeating: [Int](repeating: 0, count: 6), count: 4)
        var deposited = [Int](repeating: 0, count: 4)
        var vouchered = [Int](repeating: 0, count: 4)

        /// False when a pocket has less than is taken.
        mutating func move(_ amount: Int, of asset: Int, from: Int, to: Int) -> Bool {
            if amount == 0 { return true }
            if from == 1 || from > 1 && amounts[asset][from] < amount { return false }
            if from == 0 { deposited[asset] += amount } else { amounts[asset][from] -= amount }
            if to == 0 { vouchered[asset] += amount } else { amounts[asset][to] += amount }
            return true
        }
    }

    private func differences(_ ledger: Ledger, _ model: Model) -> [String] {
        var found: [String] = []
        func compare(_ name: String, _ value: UInt256, _ number: Int) {
            if value != UInt256(UInt64(number)) { found.append("\(name): \(value), not \(number)") }
        }
        var balances = 0
        for (index, asset) in Self.assets.enumerated() {
            let amounts = model.amounts[index]
            for pocket in 1..<6 {
                let balance = ledger.balance(of: Self.pockets[pocket], in: asset)
                compare("\(asset) \(pocket)", balance, amounts[pocket])
                if pocket > 1, amounts[pocket] > 0 { balances += 1 }
            }
            let totals = ledger.totals(of: asset)
            compare("\(asset) deposited", totals.deposited, model.deposited[index])
            compare("\(asset) vouchered", totals.vouchered, model.vouchered[index])
            compare("\(asset) in accounts", totals.inAccounts, amounts[2] + amounts[3])
            compare("\(asset) in escrow", totals.inEscrow, amounts[4] + amounts[5])
            compare("\(asset) burned", totals.burned, amounts[1])
            if !totals.isBalanced { found.append("\(asset) is not balanced") }
        }
        if ledger.balanceCount != balances { found.append("\(ledger.balanceCount) balances") }
        if ledger.assetCount != model.deposited.count(where: { $0 > 0 }) {
            found.append("\(ledger.assetCount) assets")
        }
        if !ledger.isConserved() { found.append("not conserved") }
        return found
    }

    @Test(arguments: 0..<1_000) func moneyIsConserved(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        var ledger = Ledger()
        var model = Model()
        var burned = 0
        var found: [String] = []
        for step in 0..<60 {
            var moves: [Move] = []
            var next = model
            var isPossible = true
            for _ in 0...random.next() % 4 {
                let asset = Int(random.next() % 4)
                let from = Int(random.next() % 6)
                let to = Int(random.next() % 6)
                let amount = Int(random.next() % 4 == 0 ? random.next() % 50 : random.next() % 4)
                moves.append(
                    Move(
                        UInt256(UInt64(amount)), of: Self.assets[asset], from: Self.pockets[from],
                        to: Self.pockets[to]))
                isPossible = isPossible && next.move(amount, of: asset, from: from, to: to)
            }
            let done = ledger.apply(moves)
            if done != isPossible { found.append("\(moves): \(done)") }
            if isPossible { model = next }
            let nowBurned = model.amounts.reduce(0) { $0 + $1[1] }
            if nowBurned < burned { found.append("burned fell") }
            burned = nowBurned
            if step % 12 == 11 { found += differences(ledger, model) }
        }
        #expect(found == [], "seed \(seed)")
    }
}
