import ABI
import Foundation
import TestSupport
import Testing

@testable import Vouchers

private func bytes(_ hex: Any?) throws -> [UInt8] {
    let text = try #require(hex as? String)
    return try #require(Hex.decode(Array(text.utf8)))
}

/// `cartesi/onchain.json`: a run of the real contracts in a real EVM. The contracts took these
/// outputs and proofs, so whoever makes the same bytes is taken too.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct ContractVectorTests {
    private let run: [String: Any]
    private let outputs: [[UInt8]]
    private let proofs: [[Bytes32]]

    private static func run(_ version: String) throws -> [String: Any] {
        let runs = try #require(try Places.vector("cartesi/onchain.json") as? [[String: Any]])
        return try #require(runs.first { $0["version"] as? String == version })
    }

    init() throws {
        run = try Self.run("v2")
        outputs = try #require(run["outputs"] as? [String]).map { try bytes($0) }
        proofs = try #require(run["proofs"] as? [[String]]).map { proof in
            try proof.map { try #require(Bytes32(try bytes($0))) }
        }
    }

    /// The assets and receivers are read off the run, the bytes are made by our own encoders.
    @Test func outputsAreMadeByteForByte() throws {
        let application = try #require(Address(try bytes(run["app"])))
        let receiver = try #require(
            Address(hex: "0x34c50c398a4aad207e25eeca7d799b966805d48c"))
        let token = try #require(Address(hex: "0x92c6bca388e99d6b304f1af3c3cd749ff0b591e2"))
        let payout = Payout(from: application, safeERC20Transfer: nil)
        func transfer(_ amount: String) throws -> Output {
            try payout.voucher(
                try #require(UInt256(decimal: amount)), of: .erc20(token), owner: receiver,
                to: receiver)
        }
        let ether = try payout.voucher(
            try #require(UInt256(decimal: "1000000000000000000")), of: .ether, owner: receiver,
            to: receiver)
        let library = try #require(Address(hex: "0x817b126f242b5f184fa685b4f2f91dc99d8115f9"))
        let delegated = try Payout(from: application, safeERC20Transfer: library).voucher(
            try #require(UInt256(decimal: "50000000000000000000")), of: .erc20(token),
            owner: receiver, to: receiver)
        let made = [
            Output.notice(payload: Array("hi".utf8)).encoded,
            try transfer("200000000000000000000").encoded, ether.encoded,
            delegated.encoded,
            try transfer("1000000000000000000000000000000").encoded,
        ]
        #expect(made == outputs)
        print("onchain.json v2: \(made.count) outputs made, byte for byte")
    }

    @Test func rootAndProofsAreThoseThatTheContractsTook() throws {
        var tree = OutputsTree()
        var provable = ProvableOutputs()
        for output in outputs {
            tree.append(leaf: Keccak256.hash(output))
            provable.append(leaf: Keccak256.hash(output))
        }
        let root = try #require(Bytes32(try bytes(run["root"])))
        #expect(tree.root == root)
        #expect(provable.root == root)
        #expect(proofs.count == outputs.count)
        for (index, siblings) in proofs.enumerated() {
            let proof = try #require(provable.proof(of: UInt64(index)))
            #expect(proof.siblings == siblings)
            #expect(proof.root(over: Keccak256.hash(outputs[index])) == root)
        }
        print("onchain.json v2: root and \(proofs.count) proofs of 63 siblings, byte for byte")
    }

    /// Every bit of a proof counts, and so do the index and the output.
    @Test func nothingElseIsProved() throws {
        let root = try #require(Bytes32(try bytes(run["root"])))
        for (index, siblings) in proofs.enumerated() {
            let leaf = Keccak256.hash(outputs[index])
            for level in siblings.indices {
                for bit in [0, 7, 130, 255] {
                    var damaged = siblings[level].bytes
                    damaged[bit / 8] ^= 1 << (bit % 8)
                    var all = siblings
                    all[level] = try #require(Bytes32(damaged))
                    #expect(
                        OutputsProof(index: UInt64(index), siblings: all).root(over: leaf) != root)
                }
                let moved = UInt64(index) ^ 1 << UInt64(level)
                #expect(OutputsProof(index: moved, siblings: siblings).root(over: leaf) != root)
            }
            for other in outputs where other != outputs[index] {
                let proof = OutputsProof(index: UInt64(index), siblings: siblings)
                #expect(proof.root(over: Keccak256.hash(other)) != root)
            }
        }
    }

    /// The calls, put together here word by word from the contracts' ABI.
    @Test func callsAreEncodedAsTheContractsReadThem() throws {
        func word(_ value: Int) -> String {
            let digits = String(value, radix: 16)
            return String(repeating: "0", count: 64 - digits.count) + digits
        }
        for (index, siblings) in proofs.enumerated() {
            let output = outputs[index]
            let padding = (32 - output.count % 32) % 32
            var body = word(64) + word(96 + output.count + padding) + word(output.count)
            body += Hex.string(output + [UInt8](repeating: 0, count: padding)).dropFirst(2)
            body += word(index) + word(64) + word(63)
            for sibling in siblings { body += Hex.string(sibling.bytes).dropFirst(2) }
            let proof = OutputsProof(index: UInt64(index), siblings: siblings)
            for (function, selector) in [
                (ApplicationContract.executeOutput, "0x33137b76"),
                (ApplicationContract.validateOutput, "0xe88d39c0"),
            ] {
                let call = try ApplicationContract.call(function, output: output, proof: proof)
                #expect(Hex.string(call) == selector + body)
            }
        }
        print("onchain.json v2: \(proofs.count) calls each of executeOutput and validateOutput")
    }

    @Test func treatmentFollowsTheSelector() {
        #expect(
            outputs.map(ApplicationContract.treatment)
                == [.notExecutable, .call, .call, .delegateCall, .call])
        #expect(ApplicationContract.treatment(of: []) == .notExecutable)
        #expect(ApplicationContract.treatment(of: [0x23, 0x7a, 0x81]) == .notExecutable)
    }

    /// Of the run of the contracts 1.x only the token transfers are still the same: portals, Ether
    /// and proofs have changed, and DeML is for 2.x.
    @Test func transfersOfVersion1AreTheSame() throws {
        let vouchers = try #require(try Self.run("v1")["vouchers"] as? [[String: Any]])
        var count = 0
        for voucher in vouchers {
            let payload = try bytes(voucher["payload"])
            guard ABIFunction.selector(of: payload) == Payout.erc20Transfer.selector else {
                continue
            }
            var fields = ABIFields(try Payout.erc20Transfer.decode(payload))
            let receiver = try fields.address()
            let token = try #require(Address(try bytes(voucher["destination"])))
            let made = try Payout(from: .zero, safeERC20Transfer: nil).voucher(
                try fields.uint256(), of: .erc20(token), owner: receiver, to: receiver)
            #expect(made == .voucher(destination: token, value: .zero, payload: payload))
            count += 1
        }
        #expect(count == 2)
        print("onchain.json v1: \(count) of \(vouchers.count) vouchers, the other is withdrawEther")
    }
}
