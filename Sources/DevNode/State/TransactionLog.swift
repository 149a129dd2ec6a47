import ABI
import Foundation

/// The transactions of the pretend chain, one JSON object in a line: `transactions.jsonl`.
///
/// A transaction that makes an input is written before the input is, so that no input is there
/// whose transaction is not: the last line counts only when its input is there.
final class TransactionLog {
    private struct Line: Codable {
        /// A signed transaction, of which the members below are part.
        var raw: String?
        var hash: String?
        var from: String?
        var to: String?
        var value: String?
        var data: String?
        var nonce: UInt64?
        var block: UInt64
        var timestamp: UInt64
        /// The index of the input that it made.
        var input: Int?
        /// The index of the output that it executed.
        var output: Int?
    }

    /// The transactions that were there when the log was opened.
    let transactions: [MinedTransaction]
    private let file: LineLog

    /// Opens or makes the log in `folder`, beside a log of `inputs` inputs.
    init(folder: String, inputs: Int) throws(StateFileError) {
        file = try LineLog(folder + "/transactions.jsonl")
        let lines = file.takeLines()
        var transactions: [MinedTransaction] = []
        for (index, line) in lines.enumerated() {
            guard let line = try? JSONDecoder().decode(Line.self, from: line),
                let transaction = Self.transaction(line)
            else {
                throw .malformed(
                    path: file.path, line: index + 1, reason: "this is not what a node wrote")
            }
            if case .input(let input) = transaction.outcome, input >= inputs {
                guard index == lines.count - 1, input == inputs else {
                    throw .malformed(
                        path: file.path, line: index + 1,
                        reason: "it made input \(input), and the log beside has \(inputs) inputs; "
                            + "the two files belong together")
                }
                try file.removeLast()
                break
            }
            transactions.append(transaction)
        }
        self.transactions = transactions
    }

    /// Returns when the disk has the transaction.
    func append(_ transaction: MinedTransaction) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try file.append(Array(try encoder.encode(Self.line(transaction))))
    }

    /// Takes back the last transaction, whose input could not be written.
    func removeLast() throws(StateFileError) {
        try file.removeLast()
    }

    private static func line(_ transaction: MinedTransaction) -> Line {
        var line = Line(
            block: transaction.block.number, timestamp: transaction.block.timestamp)
        switch transaction.outcome {
        case .input(let index): line.input = index
        case .execution(let index): line.output = index
        case .transfer: break
        }
        if let signed = transaction.signed {
            line.raw = Hex.string(signed.raw)
            return line
        }
        line.hash = Hex.string(transaction.hash.bytes)
        line.from = transaction.call.from.checksummed
        line.to = transaction.call.to.checksummed
        line.value = transaction.call.value.description
        line.data = Hex.string(transaction.call.data)
        line.nonce = transaction.nonce
        return line
    }

    private static func transaction(_ line: Line) -> MinedTransaction? {
        let block = BlockClock.Block(number: line.block, timestamp: line.timestamp)
        let outcome: MinedTransaction.Outcome =
            line.input.map { .input($0) } ?? line.output.map { .execution($0) } ?? .transfer
        if let raw = line.raw {
            guard let bytes = Hex.decode(Array(raw.utf8)),
                let signed = try? SignedTransaction(raw: bytes)
            else { return nil }
            return MinedTransaction(
                hash: signed.hash, call: signed.call, nonce: signed.nonce, signed: signed,
                block: block, outcome: outcome)
        }
        guard let hash = line.hash.flatMap({ Hex.decode(Array($0.utf8)) }).flatMap({ Bytes32($0) }),
            let from = line.from.flatMap({ Address(hex: $0) }),
            let to = line.to.flatMap({ Address(hex: $0) }),
            let value = line.value.flatMap({ UInt256(decimal: $0) }),
            let data = line.data.flatMap({ Hex.decode(Array($0.utf8)) }), let nonce = line.nonce
        else { return nil }
        return MinedTransaction(
            hash: hash, call: ChainTransaction(from: from, to: to, value: value, data: data),
            nonce: nonce, signed: nil, block: block, outcome: outcome)
    }
}
