import ABI
import Vouchers

@testable import Marketplace

/// Payloads as the portals of the contracts send them, and as malicious tokens have them send.
enum PortalPayload {
    static func word(_ number: UInt64) -> [UInt8] { UInt256(number).bytes32.bytes }

    static func ether(
        _ amount: UInt256, from depositor: Address, then message: [UInt8] = []
    ) -> [UInt8] {
        depositor.bytes + amount.bytes32.bytes + message
    }

    static func erc20(
        _ amount: UInt256, of token: Address, from depositor: Address, then message: [UInt8] = []
    ) -> [UInt8] {
        token.bytes + depositor.bytes + amount.bytes32.bytes + message
    }

    static func erc721(
        id: UInt256, of token: Address, from depositor: Address, then message: [UInt8] = []
    ) throws -> [UInt8] {
        token.bytes + depositor.bytes + id.bytes32.bytes + (try layers(message))
    }

    static func erc1155(
        _ amount: UInt256, id: UInt256, of token: Address, from depositor: Address,
        then message: [UInt8] = []
    ) throws -> [UInt8] {
        token.bytes + depositor.bytes + id.bytes32.bytes + amount.bytes32.bytes
            + (try layers(message))
    }

    static func batch(
        ids: [UInt256], amounts: [UInt256], of token: Address, from depositor: Address,
        then message: [UInt8] = []
    ) throws -> [UInt8] {
        let tail = try ABIEncoder.encode(
            [
                .array(ids.map { .number($0) }), .array(amounts.map { .number($0) }), .bytes([]),
                .bytes(message),
            ],
            as: [
                ABIParameter("ids", .array(.uint256)), ABIParameter("amounts", .array(.uint256)),
                ABIParameter("base", .bytes), ABIParameter("exec", .bytes),
            ])
        return token.bytes + depositor.bytes + tail
    }

    private static func layers(_ message: [UInt8]) throws -> [UInt8] {
        try ABIEncoder.encode(
            [.bytes([]), .bytes(message)],
            as: [ABIParameter("base", .bytes), ABIParameter("exec", .bytes)])
    }

    /// A deposit of one or of id 3 through each portal, and its asset.
    static func one(
        through portal: Int, of token: Address, from depositor: Address, then message: [UInt8] = []
    ) throws -> (portal: Address, payload: [UInt8], asset: Asset) {
        let portals = AddressBook(.v2_1).portals
        let id = UInt256(3 as UInt64)
        switch portal {
        case 0: return (portals.ether, ether(.one, from: depositor, then: message), .ether)
        case 1:
            return (
                portals.erc20, erc20(.one, of: token, from: depositor, then: message),
                .erc20(token)
            )
        case 2:
            return (
                portals.erc721, try erc721(id: id, of: token, from: depositor, then: message),
                .erc721(token, id: id)
            )
        case 3:
            return (
                portals.erc1155Single,
                try erc1155(.one, id: id, of: token, from: depositor, then: message),
                .erc1155(token, id: id)
            )
        default:
            return (
                portals.erc1155Batch,
                try batch(ids: [id], amounts: [.one], of: token, from: depositor, then: message),
                .erc1155(token, id: id)
            )
        }
    }

    /// The message that withdraws what `one` brings in.
    static func withdrawal(_ asset: Asset, to recipient: [UInt8] = []) throws -> [UInt8] {
        let to = ABIValue.bytes(recipient)
        switch asset {
        case .ether: return try MessageFunctions.withdrawEther.encode([.number(.one), to])
        case .erc20(let token):
            return try MessageFunctions.withdrawERC20.encode([
                .address(token), .number(.one), to,
            ])
        case .erc721(let token, let id):
            return try MessageFunctions.withdrawERC721.encode([
                .address(token), .number(id), to,
            ])
        case .erc1155(let token, let id):
            return try MessageFunctions.withdrawERC1155Single.encode([
                .address(token), .number(id), .number(.one), to,
            ])
        }
    }
}
