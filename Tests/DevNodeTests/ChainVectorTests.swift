import ABI
import Foundation
import TestSupport
import Testing
import Vouchers

@testable import DevNode

private func bytes(_ hex: Any?) throws -> [UInt8] {
    let text = try #require(hex as? String)
    return try #require(Hex.decode(Array(text.utf8)))
}

/// Inputs as the real contracts make them, made by the pretend chain.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct ChainVectorTests {
    /// The blob of an input, from the names that a vector file has for its fields.
    private func blob(
        _ fields: [String: Any], _ names: [String], payload: [UInt8]
    ) throws -> [UInt8] {
        func number(_ name: String) throws -> UInt64 {
            UInt64(try #require(fields[name] as? Int))
        }
        let metadata = ChainMetadata(
            chainID: try number(names[0]),
            application: try #require(Address(try bytes(fields[names[1]]))),
            sender: try #require(Address(try bytes(fields[names[2]]))),
            blockNumber: try number(names[3]), blockTimestamp: try number(names[4]),
            prevRandao: try #require(Bytes32(try bytes(fields[names[5]]))),
            index: try number(names[6]))
        return metadata.encoded(with: payload)
    }

    @Test func inputsAreThoseOfTheInputBox() throws {
        let runs = try #require(try Places.vector("cartesi/onchain.json") as? [[String: Any]])
        let run = try #require(runs.first { $0["version"] as? String == "v2" })
        let inputs = try #require(run["inputs"] as? [String])
        let names = ["chainId", "app", "msgSender", "block", "ts", "prevRandao", "index"]
        for (meta, input) in zip(try #require(run["meta"] as? [[String: Any]]), inputs) {
            #expect(
                try blob(meta, names, payload: try bytes(meta["payload"])) == (try bytes(input)))
        }
        #expect(inputs.count == 3)
        print("onchain.json v2: \(inputs.count) inputs, byte for byte")
    }

    @Test func inputsAreThoseOfLibcmt() throws {
        let file = try #require(try Places.vector("cartesi/libcmt.json") as? [String: Any])
        let inputs = try #require(file["inputs"] as? [[String: Any]])
        let advance = try #require(inputs.first { $0["name"] as? String == "advance-0" })
        let fields = try #require(advance["fields"] as? [String: Any])
        let names = [
            "chain_id", "app_contract", "msg_sender", "block_number", "block_timestamp",
            "prev_randao", "index",
        ]
        let payload = Array(try #require(fields["payload_utf8"] as? String).utf8)
        #expect(try blob(fields, names, payload: payload) == (try bytes(advance["hex"])))
        print("libcmt.json: 1 input, byte for byte")
    }

    /// The calldata of a deposit becomes the payload that the portal of the contracts sends.
    @Test func depositsAreThoseOfThePortals() throws {
        let settings = NodeSettings(contracts: AddressBook(.v2_1))
        let entries = try #require(try Places.vector("cartesi/portals.json") as? [[String: Any]])
        for entry in entries {
            let name = try #require(entry["portal"] as? String)
            let fields = try #require(entry["fields"] as? [String: Any])
            let transaction = try deposit(name, fields, in: settings)
            let effect = try ChainCalls.effect(of: transaction, in: settings)
            #expect(
                effect == .input(sender: transaction.to, payload: try bytes(entry["payload"])))
        }
        #expect(entries.count == 15)
        print("portals.json: \(entries.count) payloads made, byte for byte")
    }

    private func deposit(
        _ portal: String, _ fields: [String: Any], in settings: NodeSettings
    ) throws -> ChainTransaction {
        func numbers(_ name: String) throws -> [ABIValue] {
            let texts = fields[name] as? [String] ?? [fields[name] as? String ?? "0"]
            return try texts.map { .number(try #require(UInt256(decimal: $0))) }
        }
        let app = ABIValue.address(settings.application)
        let token = ABIValue.address(Address(try bytes(fields["token"] ?? "")) ?? .zero)
        let base = ABIValue.bytes(try bytes(fields["base_layer_data"] ?? ""))
        let exec = ABIValue.bytes(try bytes(fields["exec_layer_data"]))
        let (to, data): (Address, [UInt8])
        switch portal {
        case "EtherPortal":
            (to, data) = (
                settings.contracts.portals.ether, try PortalFunctions.v2.ether.encode([app, exec])
            )
        case "ERC20Portal":
            (to, data) = (
                settings.contracts.portals.erc20,
                try PortalFunctions.v2.erc20.encode([token, app] + numbers("value") + [exec])
            )
        case "ERC721Portal":
            (to, data) = (
                settings.contracts.portals.erc721,
                try PortalFunctions.v2.erc721.encode(
                    [token, app] + numbers("token_id") + [base, exec])
            )
        case "ERC1155SinglePortal":
            (to, data) = (
                settings.contracts.portals.erc1155Single,
                try PortalFunctions.v2.erc1155Single.encode(
                    [token, app] + numbers("token_id") + numbers("value") + [base, exec])
            )
        default:
            (to, data) = (
                settings.contracts.portals.erc1155Batch,
                try PortalFunctions.v2.erc1155Batch.encode([
                    token, app, .array(numbers("token_ids")), .array(numbers("values")), base, exec,
                ])
            )
        }
        let value = try portal == "EtherPortal" ? #require(numbers("value").first) : .number(.zero)
        guard case .number(let wei) = value else { return try #require(nil) }
        return ChainTransaction(
            from: try #require(Address(try bytes(fields["sender"]))), to: to, value: wei, data: data
        )
    }
}
