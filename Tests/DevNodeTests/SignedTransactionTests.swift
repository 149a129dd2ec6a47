import ABI
import Testing

@testable import DevNode

/// Transactions that eth-account 0.14.0 made with the key 0x0102…1f20.
@Suite struct SignedTransactionTests {
    struct Sample: Sendable, CustomTestStringConvertible {
        let name: String
        let raw: String
        let hash: String
        let kind: SignedTransaction.Kind
        let chainID: UInt64?

        var testDescription: String { name }
        var bytes: [UInt8] { Hex.decode(Array(raw.utf8)) ?? [] }
    }

    static let signer = Address(hex: "0x6370eF2f4Db3611D657b90667De398a2Cc2a370C") ?? .zero
    static let receiver = Address(hex: "0x5FbDB2315678afecb367f032d93F642f64180aa3") ?? .zero

    private static let call =
        "945fbdb2315678afecb367f032d93f642f64180aa3880de0b6b3a76400008300ff10"
    private static let accessList =
        "f85bf859945fbdb2315678afecb367f032d93f642f64180aa3f842"
        + "a00000000000000000000000000000000000000000000000000000000000000001"
        + "a0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

    static let before155 = Sample(
        name: "legacy, before EIP-155",
        raw: "f86e07843b9aca0082ea60\(call)1c"
            + "a060b1bce447e2be6e45b2dc4926c26c62d1a70872950e2b1ff897d382ca738767"
            + "a051cdf5a655865641017327b8a8c1b435216218814ae9e82694edcdc22fe1490a",
        hash: "477f6c91f756f016daf0cdf397848ca021c956ede0c34dc34f635fa376d6049c",
        kind: .legacy, chainID: nil)
    static let legacy = Sample(
        name: "legacy with EIP-155",
        raw: "f87007843b9aca0082ea60\(call)82f4f5"
            + "a0f2d3da15b84cba50721161015520b60e422a84f49ebbb9cf1745251abde28f70"
            + "a03ed730b8cbd0781960fea161df0911ce5ad88eaa56f2cfe1999418b6b32a94d6",
        hash: "a05af45e6f4998a32d9b8ffd407bf1f12b510ee245deb90ce4bb4d5b378fd95f",
        kind: .legacy, chainID: 31337)
    static let accessListed = Sample(
        name: "EIP-2930",
        raw: "01f8ce827a6907843b9aca0082ea60\(call)\(accessList)01"
            + "a0c04ec80572a39af33accf298d033e4a5b8c948a014cb0eb8e262ab93f38f8c31"
            + "a02a9a9263f82aa2cb5b648c19cb899904ecf17d292492404c2454279ca9200149",
        hash: "0dc2046fa2307d5a640136e22af8306b3b58519d85514b83b3482a7a3837d4f3",
        kind: .accessList, chainID: 31337)
    static let dynamicFee = Sample(
        name: "EIP-1559",
        raw: "02f8cf827a690705847735940082ea60\(call)\(accessList)01"
            + "a0ed1291c2323df2886849cd3be8d2dfbd36192a0670dbd0b3184460d9a3cdb79d"
            + "a030ae97534889394d222d47576473e2a4b996c655866ee3f4f11a8424f6dc62b3",
        hash: "a8c7fc6bd15d21ad8418815b3d3f353578dd8d9e88d32804f1ebe1e44b21a851",
        kind: .dynamicFee, chainID: 31337)
    static let samples = [before155, legacy, accessListed, dynamicFee]

    @Test(arguments: samples) func readsWhatWalletsSign(sample: Sample) throws {
        let transaction = try SignedTransaction(raw: sample.bytes)
        #expect(Hex.string(transaction.hash.bytes) == "0x" + sample.hash)
        #expect(transaction.kind == sample.kind)
        #expect(transaction.chainID == sample.chainID)
        #expect(transaction.nonce == 7)
        #expect(transaction.gasLimit == 60_000)
        #expect(
            transaction.call
                == ChainTransaction(
                    from: Self.signer, to: Self.receiver,
                    value: UInt256(UInt64(1_000_000_000_000_000_000)), data: [0, 0xff, 0x10]))
        let isFee = sample.kind == .dynamicFee
        #expect(transaction.maxFee == UInt256(UInt64(isFee ? 2_000_000_000 : 1_000_000_000)))
        #expect(transaction.effectiveGasPrice == UInt256(UInt64(isFee ? 5 : 1_000_000_000)))
        // 21,000 and calldata of 4 + 16 + 16; then 2,400 + 2 · 1,900.
        #expect(transaction.intrinsicGas == (sample.kind == .legacy ? 21_036 : 27_236))
        #expect(
            transaction.accessList.map(\.storageKeys.count) == (sample.kind == .legacy ? [] : [2]))
    }

    /// A transaction with a bit changed has another signer, another hash, or is none.
    @Test(arguments: samples) func everyBitCounts(sample: Sample) throws {
        let whole = try SignedTransaction(raw: sample.bytes)
        var taken = 0
        for bit in 0..<8 * sample.bytes.count {
            var bytes = sample.bytes
            bytes[bit / 8] ^= 1 << (bit % 8)
            guard let other = try? SignedTransaction(raw: bytes) else { continue }
            taken += 1
            #expect(other.hash != whole.hash)
            #expect(other.call.from != Self.signer, "bit \(bit)")
        }
        #expect(taken > 300)
    }

    @Test(arguments: samples) func everyByteIsNeeded(sample: Sample) {
        for count in 0..<sample.bytes.count {
            #expect(throws: TransactionRefusal.self) {
                try SignedTransaction(raw: Array(sample.bytes.prefix(count)))
            }
        }
        #expect(throws: TransactionRefusal.self) { try SignedTransaction(raw: sample.bytes + [0]) }
    }

    /// The dynamic fee transaction with some of its 12 members changed.
    static func changed(_ change: (inout [RLPItem]) -> Void) throws -> [UInt8] {
        let item = try RLPItem(parsing: Array(dynamicFee.bytes.dropFirst()))
        guard case .list(var items) = item else { return [] }
        change(&items)
        return [2] + RLPItem.list(items).encoded
    }

    @Test func saysWhatIsWrong() throws {
        let cases: [(reason: String, raw: [UInt8])] = [
            ("no bytes came", []),
            ("transaction type not supported", [3, 0xc0]),
            ("transaction type not supported", [0, 0xc0]),
            ("oversized data", [UInt8](repeating: 0xc0, count: 1 << 17 + 1)),
            ("has 12 members", try Self.changed { $0.removeLast() }),
            ("has 12 members", try Self.changed { $0.append(.bytes([])) }),
            ("contract creation", try Self.changed { $0[5] = .bytes([]) }),
            (
                "to has 19 bytes",
                try Self.changed { $0[5] = .bytes([UInt8](repeating: 1, count: 19)) }
            ),
            ("nonce has leading zeros", try Self.changed { $0[1] = .bytes([0]) }),
            (
                "nonce is 18446744073709551616",
                try Self.changed {
                    $0[1] = .bytes([1] + [UInt8](repeating: 0, count: 8))
                }
            ),
            (
                "value has 33 bytes",
                try Self.changed {
                    $0[6] = .bytes([UInt8](repeating: 1, count: 33))
                }
            ),
            ("data is missing or a list", try Self.changed { $0[7] = .list([]) }),
            ("accessList is missing or bytes", try Self.changed { $0[8] = .bytes([]) }),
            ("an entry of the access list", try Self.changed { $0[8] = .list([.list([])]) }),
            ("yParity is 2", try Self.changed { $0[9] = .bytes([2]) }),
            ("rOutOfRange", try Self.changed { $0[10] = .bytes([]) }),
            ("highS", try Self.changed { $0[11] = .bytes([UInt8](repeating: 0x80, count: 32)) }),
        ]
        for (reason, raw) in cases {
            let refusal = #expect(throws: TransactionRefusal.self) {
                try SignedTransaction(raw: raw)
            }
            #expect(refusal?.reason.contains(reason) == true, "\(reason): \(refusal?.reason ?? "")")
        }
    }
}
