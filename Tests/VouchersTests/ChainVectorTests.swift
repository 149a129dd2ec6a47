import ABI
import Foundation
import TestSupport
import Testing

@testable import Vouchers

private func bytes(_ hex: Any?) throws -> [UInt8] {
    let text = try #require(hex as? String)
    return try #require(Hex.decode(Array(text.utf8)))
}

@Suite struct OutputsTreeTests {
    /// Known from the height and the hash alone: 63 times Keccak-256 of a node with itself.
    @Test func theEmptyTreeHasThePristineRoot() {
        #expect(
            Hex.string(OutputsTree().root.bytes)
                == "0x0a162946e56158bac0673e6dd3bdfdc1e4a0e7744a120fdb640050c8d7abe1c6")
    }

    @Test func oneNoticeHasTheRootOfTheSpecification() {
        var tree = OutputsTree()
        tree.append(.notice(payload: Array("hi".utf8)))
        #expect(
            Hex.string(tree.root.bytes)
                == "0xdc629ca40587a91bf0e73259082efc8c61a37cc6f36b13f6ad12be4ae1925672")
    }

    @Test func theRootIsThatOfTheFullTree() {
        // The lowest six levels by brute force, the rest by the spine.
        var tree = OutputsTree()
        var leaves: [Bytes32] = []
        for index in 0..<40 {
            let leaf = Keccak256.hash([UInt8(index)])
            tree.append(leaf: leaf)
            leaves.append(leaf)
            var level = leaves + [Bytes32](repeating: .zero, count: 64 - leaves.count)
            while level.count > 1 {
                level = (0..<(level.count / 2)).map {
                    Keccak256.hash(level[2 * $0], level[2 * $0 + 1])
                }
            }
            var node = level[0]
            var empty = Bytes32.zero
            for height in 0..<OutputsTree.height {
                if height >= 6 { node = Keccak256.hash(node, empty) }
                empty = Keccak256.hash(empty, empty)
            }
            #expect(tree.root == node)
        }
    }
}

@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct ChainVectorTests {
    @Test func outputsAndRootAreThoseOfTheRealContracts() throws {
        let runs = try #require(try Places.vector("cartesi/onchain.json") as? [[String: Any]])
        let run = try #require(runs.first { $0["version"] as? String == "v2" })
        var tree = OutputsTree()
        let outputs = try #require(run["outputs"] as? [String])
        for output in outputs {
            tree.append(leaf: Keccak256.hash(try bytes(output)))
        }
        #expect(Hex.string(tree.root.bytes) == Hex.string(try bytes(run["root"])))
        print("onchain.json: \(outputs.count) outputs, root as on chain")
    }

    @Test func encodedOutputsAreThoseOfLibcmt() throws {
        let file = try #require(try Places.vector("cartesi/libcmt.json") as? [String: Any])
        let outputs = try #require(file["outputs"] as? [[String: Any]])
        for entry in outputs {
            let expected = try bytes(entry["hex"])
            let payload = Array((entry["payload_utf8"] as? String ?? "").utf8)
            switch try #require(entry["name"] as? String) {
            case "voucher-0":
                let destination = try bytes(entry["destination"])
                let output = Output.voucher(
                    destination: try #require(Address(destination)),
                    value: UInt256(0xdead_beef as UInt64), payload: payload)
                #expect(output.encoded == expected)
            case "notice-0":
                #expect(Output.notice(payload: payload).encoded == expected)
            default:
                continue
            }
        }
    }

    @Test func portalPayloadsAreRead() throws {
        let portals = PortalAddresses.v2_1
        let addresses = [
            "EtherPortal": portals.ether, "ERC20Portal": portals.erc20,
            "ERC721Portal": portals.erc721, "ERC1155SinglePortal": portals.erc1155Single,
            "ERC1155BatchPortal": portals.erc1155Batch,
        ]
        var count = 0
        let entries = try #require(try Places.vector("cartesi/portals.json") as? [[String: Any]])
        for entry in entries {
            guard let name = entry["portal"] as? String, let portal = addresses[name],
                let fields = entry["fields"] as? [String: Any]
            else { continue }
            let payload = try bytes(entry["payload"])
            let deposit = try #require(Deposit(payload: payload, from: portal, of: portals))
            #expect(deposit.depositor == Address(try bytes(fields["sender"])))
            #expect(
                Hex.string(deposit.executionLayerData).dropFirst(2) == fields["exec_layer_data"]
                    as? String ?? "")
            if let value = fields["value"] as? String, deposit.credits.count == 1 {
                #expect(deposit.credits[0].amount.description == value)
            }
            count += 1
            // Nothing shorter is a deposit, up to the data of Ether and ERC-20.
            if name.hasPrefix("ERC721") || name.hasPrefix("ERC1155") {
                #expect(Deposit(payload: payload.dropLast(), from: portal, of: portals) == nil)
                #expect(Deposit(payload: payload + [0], from: portal, of: portals) == nil)
            }
        }
        print("portals.json: \(count) payloads")
        #expect(count >= 5)
    }
}

@Suite struct PortalTests {
    @Test func everyLiteralIsAnAddressWithAValidChecksum() {
        for portals in [PortalAddresses.v2_0, .v2_1] {
            let all = [
                portals.ether, portals.erc20, portals.erc721, portals.erc1155Single,
                portals.erc1155Batch,
            ]
            #expect(Set(all).count == 5)
            #expect(!all.contains(.zero))
        }
        #expect(
            PortalAddresses.v2_1.ether.checksummed == "0xA632c5c05812c6a6149B7af5C56117d1D2603828")
        #expect(
            PortalAddresses.v2_0.erc20.checksummed == "0xc700D6aDd016eECd59d989C028214Eaa0fCC0051")
    }

    @Test func listsOfUnequalLengthAreNoDeposit() throws {
        let portals = PortalAddresses.v2_1
        let tail = try ABIEncoder.encode(
            [.array([.uint(1), .uint(2)]), .array([.uint(1)]), .bytes([]), .bytes([])],
            as: [
                ABIParameter("ids", .array(.uint256)), ABIParameter("amounts", .array(.uint256)),
                ABIParameter("base", .bytes), ABIParameter("exec", .bytes),
            ])
        let payload = [UInt8](repeating: 1, count: 40) + tail
        #expect(Deposit(payload: payload, from: portals.erc1155Batch, of: portals) == nil)
    }
}
