import Foundation
import TestSupport
import Testing

@testable import ABI

/// What the rollup's contracts and its C library encode decodes, and encodes to the same bytes.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct ChainEncodingTests {
    private static let signatures = [
        "EvmAdvance(uint256 chainId, address appContract, address msgSender, uint256 blockNumber, "
            + "uint256 blockTimestamp, uint256 prevRandao, uint256 index, bytes payload)",
        "Voucher(address destination, uint256 value, bytes payload)", "Notice(bytes payload)",
        "DelegateCallVoucher(address destination, bytes payload)", "transfer(address,uint256)",
        "Request(address,uint256,uint256,uint256,bytes)", "Reply(address,bytes)",
    ]

    /// The function of `payload`, whose arguments make the round trip.
    private func check(_ text: String) throws -> ABIFunction {
        let payload = try #require(Hex.decode(Array(text.utf8)))
        let functions = try Self.signatures.map { try ABIFunction(parsing: $0) }
        let selector = ABIFunction.selector(of: payload)
        let function = try #require(functions.first { $0.selector == selector }, "\(text)")
        #expect(try function.encode(try function.decode(payload)) == payload)
        return function
    }

    @Test func onChain() throws {
        let runs = try #require(try Places.vector("cartesi/onchain.json") as? [[String: Any]])
        var count = 0
        for run in runs where run["version"] as? String == "v2" {
            for text in try #require(run["inputs"] as? [String]) {
                #expect(try check(text).name == "EvmAdvance")
                count += 1
            }
            for text in try #require(run["outputs"] as? [String]) {
                _ = try check(text)
                count += 1
            }
        }
        #expect(count > 0)
        print(
            "cartesi/onchain.json: \(count) inputs and outputs of v2; v1 is another format, roots and "
                + "proofs belong to the outputs tree")
    }

    @Test func libcmt() throws {
        let file = try #require(try Places.vector("cartesi/libcmt.json") as? [String: Any])
        var count = 0
        for list in ["inputs", "outputs"] {
            // The payload of an inspect is not encoded.
            for row in try #require(file[list] as? [[String: Any]]) where row["selector"] != nil {
                let function = try check(try #require(row["hex"] as? String))
                #expect(
                    Hex.string(function.selectorBytes).dropFirst(2) == row["selector"] as? String
                        ?? "")
                count += 1
            }
        }
        for (signature, hex) in try #require(file["abi_multi"] as? [String: String]) {
            #expect(try check(hex).signature == signature)
            count += 1
        }
        for (signature, selector) in try #require(file["selectors"] as? [String: String]) {
            let bytes = try ABIFunction(parsing: signature).selectorBytes
            #expect(Hex.string(bytes) == "0x" + selector)
            count += 1
        }
        print(
            "cartesi/libcmt.json: \(count) encodings and selectors; the Merkle trees and "
                + "merkle_small.json belong to the outputs tree, gio.json is another device")
    }
}
