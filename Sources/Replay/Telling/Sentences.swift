import ABI
import Content
import Marketplace
import Rollup
import Terminal
import Vouchers

/// Requests and messages in words.
struct Sentences {
    let names: Names

    /// Who sent an input, and what they wanted.
    func describe(_ input: Input) -> (who: String, did: String) {
        guard let sender = input.metadata.messageSender else {
            return ("nobody", "an input without a sender")
        }
        guard names.portals.contains(sender) else {
            return (names.name(of: sender), describe(message: input.payload))
        }
        guard
            let deposit = Deposit(
                payload: input.payload, from: sender, of: names.portals)
        else {
            return (names.name(of: sender), "an undecodable deposit")
        }
        let amounts = deposit.credits.map { names.amount($0.amount, of: $0.asset) }
        var did = "deposits " + (amounts.isEmpty ? "nothing" : amounts.joined(separator: " and "))
        if !deposit.executionLayerData.isEmpty {
            did += " and " + describe(message: deposit.executionLayerData)
        }
        return (names.name(of: deposit.depositor), did)
    }

    func describe(query: [UInt8]) -> String {
        let limit = 40
        let isText = query.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        let text = isText ? String(decoding: query, as: UTF8.self) : Hex.string(query)
        return "asks " + (text.count > limit ? text.prefix(limit) + "…" : text)
    }

    private func describe(message payload: [UInt8]) -> String {
        guard let call = DecodedCall(payload), call.kind == .message else {
            let size = Figures.count(payload.count, "byte")
            guard let entry = ABICatalogue.entry(for: payload), entry.kind == .message else {
                return "sends \(size) that are no message"
            }
            return "sends a malformed \(entry.function.name) of \(size)"
        }
        let job = "job \(call.number("jobId"))"
        switch call.name {
        case "postJob": return describePosting(call)
        case "cancelJob": return "cancels \(job)"
        case "acceptJob": return "accepts \(job)"
        case "upload": return "uploads to \(job)"
        case "commit": return "commits to a model for \(job)"
        case "revealData": return "reveals the data of \(job)"
        case "claim":
            return "claims the loss \(Figures.grouped(call.number("loss").description)) in \(job)"
        case "submit": return "submits \(cid(call.bytes("modelCid"))) to \(job)"
        case "advance": return "advances \(job)"
        case "sendMessage": return "writes to \(names.name(of: call.address("to"))) in \(job)"
        case "relay": return "relays a message of \(names.name(of: call.address("signer")))"
        case let name where name.hasPrefix("Withdraw"): return describe(withdrawal: call)
        default: return "sends \(call.name)"
        }
    }

    private func describe(withdrawal call: DecodedCall) -> String {
        let (token, value) = (call.address("token"), call.number("value"))
        let recipient = Address(call.bytes("execLayerData"))
        let to = recipient.map { " for \(names.name(of: $0))" } ?? ""
        switch call.name {
        case "WithdrawEther": return "withdraws \(Figures.ether(value))\(to)"
        case "WithdrawErc20": return "withdraws \(names.amount(value, token: token))\(to)"
        case "WithdrawErc721":
            let asset = Asset.erc721(token, id: call.number("tokenId"))
            return "withdraws \(names.amount(.one, of: asset))\(to)"
        case "WithdrawErc1155Single":
            let asset = Asset.erc1155(token, id: call.number("id"))
            return "withdraws \(names.amount(value, of: asset))\(to)"
        default: return "withdraws ids of \(names.name(of: token))\(to)"
        }
    }

    private func describePosting(_ call: DecodedCall) -> String {
        guard let terms = call.tuple("terms") else { return "posts a job" }
        let reward = names.amount(terms.number("reward"), token: terms.address("token"))
        let slots = terms.number("slots")
        switch terms.number("payout").asUInt64.flatMap({ UInt8(exactly: $0) })
            .flatMap({ PayoutMode(rawValue: $0) })
        {
        case .posted, nil: return "posts a job: \(slots) × \(reward)"
        case .best: return "posts a job: \(reward) for the best of \(slots)"
        case .proportional: return "posts a job: \(reward) shared by at most \(slots)"
        case .federated:
            return "posts a job: \(reward) for \(terms.number("rounds")) rounds of \(slots)"
        }
    }

    /// A CID in either form, shortened.
    func cid(_ bytes: [UInt8]) -> String {
        guard let cid = try? CID(bytes) else { return "an invalid CID" }
        return Figures.short(cid.text)
    }
}
