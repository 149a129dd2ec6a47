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

/// `cartesi/libcmt.json` and `cartesi/merkle_small.json`: encodings, roots and proofs of the guest
/// library and of the node.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct LibraryVectorTests {
    private func file() throws -> [String: Any] {
        try #require(try Places.vector("cartesi/libcmt.json") as? [String: Any])
    }

    @Test func encodedOutputsAreThoseOfLibcmt() throws {
        let outputs = try #require(try file()["outputs"] as? [[String: Any]])
        var count = 0
        for entry in outputs {
            let payload = Array((entry["payload_utf8"] as? String ?? "").utf8)
            let destination = Address(try bytes(entry["destination"] ?? "")) ?? .zero
            let encoded: [UInt8]
            switch try #require(entry["name"] as? String) {
            case "voucher-0":
                encoded =
                    Output.voucher(
                        destination: destination, value: UInt256(0xdead_beef as UInt64),
                        payload: payload
                    ).encoded
            case "notice-0":
                encoded = Output.notice(payload: payload).encoded
            default:
                encoded =
                    Output.delegateCallVoucher(destination: destination, payload: payload).encoded
            }
            #expect(encoded == (try bytes(entry["hex"])))
            count += 1
        }
        #expect(count == 3)
        print("libcmt.json: \(count) outputs, byte for byte")
    }

    @Test func callsAreEncodedAsByLibcmt() throws {
        let calls = try #require(try file()["abi_multi"] as? [String: String])
        // The values are those of the library's own test.
        let data: [UInt8] = [0xde, 0xad, 0xbe, 0xef]
        let request = ABIFunction(
            "Request", ABIParameter("a", .address), ABIParameter("b", .uint256),
            ABIParameter("c", .uint256), ABIParameter("d", .uint256), ABIParameter("e", .bytes))
        let reply = ABIFunction("Reply", ABIParameter("a", .address), ABIParameter("b", .bytes))
        let expected = try calls.mapValues { try bytes($0) }
        #expect(
            try request.encode([
                .address(.zero), .uint(1), .uint(2), .uint(3), .bytes(data),
            ]) == expected[request.signature])
        #expect(try reply.encode([.address(.zero), .bytes(data)]) == expected[reply.signature])
        print("libcmt.json: \(expected.count) calls, byte for byte")
    }

    @Test func rootsAndProofsAreThoseOfLibcmt() throws {
        let file = try file()
        let published = try #require(file["outputs_merkle"] as? [String: Any])
        let three = try #require(published["three"] as? [String: Any])
        let derived = try #require(file["derived_here"] as? [String: Any])
        let leaves = try #require(derived["leaves"] as? [String])
        let roots = try #require(derived["roots_after"] as? [String])
        let proofs = try #require(derived["proofs"] as? [[String]])
        #expect(OutputsTree().root.bytes == (try bytes(published["pristine_root"])))
        var zero = OutputsTree()
        zero.append(leaf: .zero)
        #expect(zero.root.bytes == (try bytes(published["one_zero_leaf_root"])))
        var words = OutputsTree()
        for text in try #require(three["outputs_utf8"] as? [String]) {
            words.append(leaf: Keccak256.hash(Array(text.utf8)))
        }
        #expect(words.root.bytes == (try bytes(three["root"])))
        var tree = ProvableOutputs()
        #expect(tree.root.bytes == (try bytes(roots[0])))
        for (index, output) in try #require(file["outputs"] as? [[String: Any]]).enumerated() {
            let leaf = Keccak256.hash(try bytes(output["hex"]))
            #expect(leaf.bytes == (try bytes(leaves[index])))
            tree.append(leaf: leaf)
            #expect(tree.root.bytes == (try bytes(roots[index + 1])))
        }
        for (index, siblings) in proofs.enumerated() {
            #expect(
                try siblings.map { try bytes($0) }
                    == tree.proof(of: UInt64(index))?.siblings.map(\.bytes))
        }
        #expect(proofs.count == 3)
        print("libcmt.json: \(roots.count + 3) roots, \(proofs.count) proofs of 63 siblings")
    }

    /// Trees of height 1 to 3: each is a corner of a tree of height 63, so its proofs begin those
    /// of the large tree, and its root lies on the way up.
    @Test func smallTreesAreTheCornersOfLargeOnes() throws {
        let trees = try #require(try Places.vector("cartesi/merkle_small.json") as? [[String: Any]])
        var proofCount = 0
        for entry in trees {
            let height = try #require(entry["height"] as? Int)
            let texts = try #require(entry["leaves_utf8"] as? [String])
            let root = try bytes(entry["root"])
            let proofs = try #require(entry["proofs"] as? [[String]])
            #expect(proofs.count == texts.count)
            var tree = ProvableOutputs()
            let leaves = texts.map { Keccak256.hash(Array($0.utf8)) }
            for leaf in leaves { tree.append(leaf: leaf) }
            if texts.isEmpty {
                tree.append(leaf: .zero)
                #expect(tree.proof(of: 0)?.siblings[height].bytes == root)
            }
            for (index, expected) in proofs.enumerated() {
                let siblings = try #require(tree.proof(of: UInt64(index))?.siblings)
                #expect(try expected.map { try bytes($0) } == siblings.prefix(height).map(\.bytes))
                var node = leaves[index]
                for level in 0..<height {
                    node =
                        index >> level & 1 == 0
                        ? Keccak256.hash(node, siblings[level])
                        : Keccak256.hash(siblings[level], node)
                }
                #expect(node.bytes == root)
                proofCount += 1
            }
        }
        #expect(trees.count == 17)
        print("merkle_small.json: \(trees.count) roots, \(proofCount) proofs")
    }
}

/// `cartesi/portals.json`: what the five portals of the contracts 2.x send.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct PortalVectorTests {
    @Test func portalPayloadsAreRead() throws {
        let portals = AddressBook(.v2_1).portals
        let addresses = [
            "EtherPortal": portals.ether, "ERC20Portal": portals.erc20,
            "ERC721Portal": portals.erc721, "ERC1155SinglePortal": portals.erc1155Single,
            "ERC1155BatchPortal": portals.erc1155Batch,
        ]
        let entries = try #require(try Places.vector("cartesi/portals.json") as? [[String: Any]])
        for entry in entries {
            let name = try #require(entry["portal"] as? String)
            let portal = try #require(addresses[name])
            let fields = try #require(entry["fields"] as? [String: Any])
            let payload = try bytes(entry["payload"])
            let deposit = try #require(Deposit(payload: payload, from: portal, of: portals))
            #expect(deposit.depositor == Address(try bytes(fields["sender"])))
            #expect(deposit.executionLayerData == (try bytes(fields["exec_layer_data"])))
            #expect(deposit.credits.map(\.amount.description) == Self.amounts(fields))
            #expect(deposit.credits.map(\.asset) == (try Self.assets(name, fields)))
            // Nothing shorter is a deposit, up to the data of Ether and ERC-20.
            if name.hasPrefix("ERC721") || name.hasPrefix("ERC1155") {
                #expect(Deposit(payload: payload.dropLast(), from: portal, of: portals) == nil)
                #expect(Deposit(payload: payload + [0], from: portal, of: portals) == nil)
            }
        }
        #expect(entries.count == 15)
        print("portals.json: \(entries.count) payloads read, every field")
    }

    private static func amounts(_ fields: [String: Any]) -> [String] {
        if let values = fields["values"] as? [String] { return values }
        return [fields["value"] as? String ?? "1"]
    }

    private static func assets(_ portal: String, _ fields: [String: Any]) throws -> [Asset] {
        guard portal != "EtherPortal" else { return [.ether] }
        let token = try #require(Address(try bytes(fields["token"])))
        if portal == "ERC20Portal" { return [.erc20(token)] }
        let ids = fields["token_ids"] as? [String] ?? [fields["token_id"] as? String ?? ""]
        return try ids.map { text in
            let id = try #require(UInt256(decimal: text))
            return portal == "ERC721Portal" ? .erc721(token, id: id) : .erc1155(token, id: id)
        }
    }
}

@Suite struct PortalTests {
    @Test func everyLiteralIsAnAddressWithAValidChecksum() {
        let published: [(ContractsRelease, inputBox: String, library: String?, [String])] = [
            (
                .v2_0, "0xc70074BDD26d8cF983Ca6A5b89b8db52D5850051", nil,
                [
                    "0xc70076a466789B595b50959cdc261227F0D70051",
                    "0xc700D6aDd016eECd59d989C028214Eaa0fCC0051",
                    "0xc700d52F5290e978e9CAe7D1E092935263b60051",
                    "0xc700A261279aFC6F755A3a67D86ae43E2eBD0051",
                    "0xc700A2e5531E720a2434433b6ccf4c0eA2400051",
                ]
            ),
            (
                .v2_1, "0x1b51e2992A2755Ba4D6F7094032DF91991a0Cfac", nil,
                [
                    "0xA632c5c05812c6a6149B7af5C56117d1D2603828",
                    "0xACA6586A0Cf05bD831f2501E7B4aea550dA6562D",
                    "0x9E8851dadb2b77103928518846c4678d48b5e371",
                    "0x18558398Dd1a8cE20956287a4Da7B76aE7A96662",
                    "0xe246Abb974B307490d9C6932F48EbE79de72338A",
                ]
            ),
            (
                .v3_0_0_alpha_10, "0xEbE9f4Dfc04ae10bBeE663859c3dc5A23f94eA3C",
                "0xBB7c5367B74544542F5cE553Ed0DF4B3efAfEEdD",
                [
                    "0x035b11Be55656c6cfC822D1CaE568C1Af2e497b0",
                    "0x3332DE61a8BB9aC84893b2f552Fe81C9a6dC5419",
                    "0x397c352d18DFf47CC8a6143403142cf7afd5Ff7E",
                    "0x585F56351A66f131E176a345662215C772f80451",
                    "0xee33550a22e3Cf6Cc265524dC9bcfD99D2307EBe",
                ]
            ),
        ]
        #expect(published.map(\.0) == ContractsRelease.allCases)
        var seen: [Address] = []
        for (release, inputBox, library, addresses) in published {
            let book = AddressBook(release)
            #expect(book.release == release)
            #expect(book.name == release.rawValue)
            #expect(book.inputBox?.checksummed == inputBox)
            #expect(book.safeERC20Transfer?.checksummed == library)
            #expect(book.portals.all.map(\.checksummed) == addresses)
            #expect(book.portals.areDifferent)
            #expect(book.portals.all.allSatisfy(book.portals.contains))
            for address in seen { #expect(!book.portals.contains(address)) }
            seen += book.portals.all
        }
    }

    @Test func listsOfUnequalLengthAreNoDeposit() throws {
        let portals = AddressBook(.v2_1).portals
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
