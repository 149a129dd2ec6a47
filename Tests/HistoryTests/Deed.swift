import ABI
import Content
import Marketplace
import Vouchers

/// A message as the test means it. The engine gets its encoding, the model the thing itself, so
/// that the model decodes nothing.
indirect enum Deed {
    case post(Offer, maxRent: UInt256)
    case cancel(job: UInt256)
    case accept(job: UInt256, termsHash: Bytes32, payout: Address, proof: [Bytes32])
    case upload(job: UInt256, cid: Name, size: Int, offset: Int, chunk: [UInt8])
    case commit(job: UInt256, hash: Bytes32)
    case reveal(job: UInt256, data: Name, salt: Bytes32)
    case claim(job: UInt256, loss: UInt256)
    case submit(job: UInt256, model: Name, data: Name, salt: Bytes32)
    case advance(job: UInt256)
    case say(job: UInt256, to: Address, body: [UInt8])
    /// `to` is the last argument as it is sent.
    case withdraw(Asset, UInt256, to: [UInt8])
    case withdrawBatch(token: Address, ids: [UInt256], amounts: [UInt256], to: [UInt8])
    case relay(Relay)
    /// Bytes that are no message, and the code of their refusal.
    case noise([UInt8], code: String)

    struct Relay {
        let signer: Address
        let nonce: UInt256
        let deadline: UInt64
        let deed: Deed
        let signature: [UInt8]
        /// Whether the signature is the signer's over exactly this.
        let isGenuine: Bool
    }
}

/// A deposit as the test means it.
struct Gift {
    let depositor: Address
    var kind: Kind
    /// The message that comes with it.
    var deed: Deed?

    enum Kind {
        case ether(UInt256)
        case erc20(Address, UInt256)
        case erc721(Address, id: UInt256)
        case erc1155(Address, id: UInt256, UInt256)
        case batch(Address, ids: [UInt256], amounts: [UInt256])
        /// A payload cut short, sent by this portal.
        case malformed(Address, [UInt8])
    }
}

/// One input of a history.
struct Step {
    enum Sender {
        case account(Address, Deed)
        case portal(Gift)
    }

    let sender: Sender
    let now: UInt64
    /// The field of the metadata that the server leaves out.
    var lacks: Field?

    enum Field: CaseIterable {
        case chainID
        case application
        case timestamp
        case index
    }
}

extension Deed {
    /// `postJob(JobTerms terms, uint256 maxRent)`
    private static let postJob = ABIFunction(
        "postJob", JobTerms.parameter, ABIParameter("maxRent", .uint256))

    /// The payload that the application receives.
    func payload() throws -> [UInt8] {
        switch self {
        case .post(let offer, let maxRent):
            return try Deed.postJob.encode([offer.value, .number(maxRent)])
        case .cancel(let job):
            return try MessageFunctions.cancelJob.encode([.number(job)])
        case .accept(let job, let hash, let payout, let proof):
            return try MessageFunctions.acceptJob.encode([
                .number(job), .bytes32(hash), .address(payout),
                .array(proof.map { .bytes32($0) }),
            ])
        case .upload(let job, let cid, let size, let offset, let chunk):
            return try MessageFunctions.upload.encode([
                .number(job), .bytes(cid.bytes), .uint(UInt64(size)), .uint(UInt64(offset)),
                .bytes(chunk),
            ])
        case .commit(let job, let hash):
            return try MessageFunctions.commit.encode([.number(job), .bytes32(hash)])
        case .reveal(let job, let data, let salt):
            return try MessageFunctions.revealData.encode([
                .number(job), .bytes(data.bytes), .bytes32(salt),
            ])
        case .claim(let job, let loss):
            return try MessageFunctions.claim.encode([.number(job), .number(loss)])
        case .submit(let job, let model, let data, let salt):
            return try MessageFunctions.submit.encode([
                .number(job), .bytes(model.bytes), .bytes(data.bytes), .bytes32(salt),
            ])
        case .advance(let job):
            return try MessageFunctions.advance.encode([.number(job)])
        case .say(let job, let to, let body):
            return try MessageFunctions.sendMessage.encode([
                .number(job), .address(to), .bytes(body),
            ])
        case .withdraw(let asset, let amount, let to):
            return try Deed.withdrawal(of: asset, amount, .bytes(to))
        case .withdrawBatch(let token, let ids, let amounts, let to):
            return try MessageFunctions.withdrawERC1155Batch.encode([
                .address(token), .array(ids.map { .number($0) }),
                .array(amounts.map { .number($0) }), .bytes(to),
            ])
        case .relay(let relay):
            return try MessageFunctions.relay.encode([
                .address(relay.signer), .number(relay.nonce), .uint(relay.deadline),
                .bytes(try relay.deed.payload()), .bytes(relay.signature),
            ])
        case .noise(let bytes, _):
            return bytes
        }
    }

    private static func withdrawal(
        of asset: Asset, _ amount: UInt256, _ to: ABIValue
    ) throws -> [UInt8] {
        switch asset {
        case .ether:
            return try MessageFunctions.withdrawEther.encode([.number(amount), to])
        case .erc20(let token):
            return try MessageFunctions.withdrawERC20.encode([
                .address(token), .number(amount), to,
            ])
        case .erc721(let token, let id):
            return try MessageFunctions.withdrawERC721.encode([
                .address(token), .number(id), to,
            ])
        case .erc1155(let token, let id):
            return try MessageFunctions.withdrawERC1155Single.encode([
                .address(token), .number(id), .number(amount), to,
            ])
        }
    }
}

extension Gift {
    /// The portal that sends it.
    var portal: Address {
        let portals = AddressBook(.v2_1).portals
        switch kind {
        case .ether: return portals.ether
        case .erc20: return portals.erc20
        case .erc721: return portals.erc721
        case .erc1155: return portals.erc1155Single
        case .batch: return portals.erc1155Batch
        case .malformed(let portal, _): return portal
        }
    }

    /// The payload as `InputEncoding.sol` of the contracts packs it.
    func payload() throws -> [UInt8] {
        let message = try deed?.payload() ?? []
        let data: [ABIValue] = [.bytes([7]), .bytes(message)]
        let dataTypes = [ABIParameter("base", .bytes), ABIParameter("exec", .bytes)]
        switch kind {
        case .ether(let amount):
            return depositor.bytes + amount.bytes32.bytes + message
        case .erc20(let token, let amount):
            return token.bytes + depositor.bytes + amount.bytes32.bytes + message
        case .erc721(let token, let id):
            return token.bytes + depositor.bytes + id.bytes32.bytes
                + (try ABIEncoder.encode(data, as: dataTypes))
        case .erc1155(let token, let id, let amount):
            return token.bytes + depositor.bytes + id.bytes32.bytes + amount.bytes32.bytes
                + (try ABIEncoder.encode(data, as: dataTypes))
        case .batch(let token, let ids, let amounts):
            let lists: [ABIValue] = [
                .array(ids.map { .number($0) }), .array(amounts.map { .number($0) }),
            ]
            let types = [
                ABIParameter("ids", .array(.uint256)), ABIParameter("amounts", .array(.uint256)),
            ]
            return token.bytes + depositor.bytes
                + (try ABIEncoder.encode(lists + data, as: types + dataTypes))
        case .malformed(_, let bytes):
            return bytes
        }
    }
}
