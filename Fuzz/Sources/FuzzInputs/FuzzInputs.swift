import ABI
import FuzzSupport
import Marketplace
import Vouchers

/// A run of the engine: the accounts, then one record for each request.
///
/// A record is an option byte, what the options ask for, and the bytes behind their length. The low
/// four bits of the options are the sender, bits 4 and 5 say how much time passes, and bit 6 says
/// that the bytes begin with the number of a message, whose selector takes its place. A real story
/// has this form too, so `corpus.py` makes seeds of the fixtures.
@c(LLVMFuzzerTestOneInput)
public func fuzzInputs(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Bytes(start, count)
    var run = Run(accounts: &bytes)
    var records = 0
    while !bytes.isEmpty, records < 256 {
        run.step(&bytes)
        records += 1
    }
    return 0
}

private struct Run {
    private static let application = Address(hex: "0xde31000000000000000000000000000000000001")
    private static let portals = AddressBook(.v2_1).portals

    private var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
    private var accounts: [Address] = []
    private var metadata = Metadata(
        chainID: 31_337, appContract: Run.application, blockNumber: 1_000,
        blockTimestamp: 1_760_000_000, prevRandao: .zero, inputIndex: 0)

    init(accounts bytes: inout Bytes) {
        for _ in 0..<(bytes.byte() % 16) {
            if let account = Address(bytes.take(20)) { accounts.append(account) }
        }
    }

    mutating func step(_ bytes: inout Bytes) {
        let options = bytes.byte()
        let seconds: UInt64
        switch options >> 4 & 3 {
        case 0: seconds = 0
        case 1: seconds = 12
        case 2: seconds = UInt64(bytes.number())
        default: seconds = UInt64(bytes.number()) * 600
        }
        metadata.blockTimestamp = (metadata.blockTimestamp ?? 0) &+ seconds
        let number = options & 15
        switch number {
        case 0...6:
            advance(as: account(Int(number)), message(&bytes, options))
        case 7:
            advance(as: account(Int(bytes.byte())), message(&bytes, options))
        case 8...12:
            advance(as: Self.portal(number), portalPayload(&bytes, options, number))
        case 13:
            // A server that leaves fields out.
            let missing = bytes.byte()
            let complete = metadata
            if missing & 1 != 0 { metadata.chainID = nil }
            if missing & 2 != 0 { metadata.appContract = nil }
            if missing & 4 != 0 { metadata.blockTimestamp = nil }
            if missing & 8 != 0 { metadata.inputIndex = nil }
            let sender = missing & 16 != 0 ? nil : Self.portal(8 + (missing >> 5) % 5)
            advance(as: sender, bytes.part())
            metadata = complete
        default:
            let reports = engine.inspect(bytes.part())
            precondition(reports.count == 1, "a query has one answer")
        }
    }

    private func account(_ number: Int) -> Address? {
        accounts.isEmpty ? .zero : accounts[number % accounts.count]
    }

    private static func portal(_ number: UInt8) -> Address {
        [
            portals.ether, portals.erc20, portals.erc721, portals.erc1155Single,
            portals.erc1155Batch,
        ][Int(number - 8)]
    }

    /// Bytes as they are, or the selector of a message before them.
    private func message(_ bytes: inout Bytes, _ options: UInt8) -> [UInt8] {
        var part = bytes.part()
        guard options & 64 != 0, let first = part.first else { return part }
        let functions = MessageFunctions.all
        part.removeFirst()
        return functions[Int(first) % functions.count].selectorBytes + part
    }

    /// Bytes as they are, or a deposit of Ether or of a token that carries a message.
    private func portalPayload(
        _ bytes: inout Bytes, _ options: UInt8, _ number: UInt8
    ) -> [UInt8] {
        guard options & 64 != 0 else { return bytes.part() }
        let depositor = (account(Int(bytes.byte())) ?? .zero).bytes
        let amount = [0] + bytes.take(12)
        let word = [UInt8](repeating: 0, count: 32 - amount.count) + amount
        let inner = message(&bytes, options)
        return (number == 8 ? [] : [UInt8](repeating: 7, count: 20)) + depositor + word + inner
    }

    private mutating func advance(as sender: Address?, _ payload: [UInt8]) {
        metadata.messageSender = sender
        let before = sender.map(Self.portals.contains) == true ? nil : audit()
        let outcome = engine.advance(Input(metadata: metadata, payload: payload))
        precondition(engine.state.ledger.isConserved(), "money is not conserved")
        let after = audit()
        if let before, outcome.outputs.isEmpty {
            precondition(before == after, "money moved and nobody was told")
        }
        for output in outcome.outputs { precondition(!output.encoded.isEmpty) }
        metadata.inputIndex = (metadata.inputIndex ?? 0) &+ 1
        metadata.blockNumber = (metadata.blockNumber ?? 0) &+ 1
    }

    /// The totals, which are answered whatever happened; without the time of the answer.
    private func audit() -> [UInt8] {
        let reports = engine.inspect(Array("audit?limit=100".utf8))
        precondition(reports.count == 1 && reports[0].starts(with: Array("{\"asOf\":".utf8)))
        let text = reports[0]
        return Array(text[(text.firstIndex(of: UInt8(ascii: ",")) ?? 0)...])
    }
}
