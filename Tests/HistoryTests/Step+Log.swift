import ABI
import Vouchers

// How a step reads in the log of a history that failed.

extension Step {
    var summary: String {
        let lacks = lacks.map { " without \($0)" } ?? ""
        switch sender {
        case .portal(let gift):
            let deed = gift.deed.map { " with \($0.summary)" } ?? ""
            return "\(Cast.name(gift.depositor)) deposits \(gift.summary)\(deed)\(lacks)"
        case .account(let account, let deed):
            return "\(Cast.name(account)): \(deed.summary)\(lacks)"
        }
    }
}

extension Gift {
    fileprivate var summary: String {
        switch kind {
        case .ether(let amount): return "\(amount) wei"
        case .erc20(let token, let amount): return "\(amount) of \(token.short)"
        case .erc721(let token, let id): return "\(token.short) #\(id)"
        case .erc1155(let token, let id, let amount): return "\(amount) of \(token.short) #\(id)"
        case .batch(let token, let ids, let amounts):
            return "\(amounts) of \(token.short) #\(ids)"
        case .malformed(_, let bytes): return "\(bytes.count) bytes of \(name)"
        }
    }
}

extension Deed {
    fileprivate var summary: String {
        switch self {
        case .post(let offer, let maxRent): return "postJob \(offer.summary) for \(maxRent)"
        case .cancel(let job): return "cancelJob \(job)"
        case .accept(let job, let hash, let payout, let proof):
            return "acceptJob \(job) \(hash.short) payout \(payout.short) proof \(proof.count)"
        case .upload(let job, let cid, let size, let offset, let chunk):
            return "upload \(job) \(cid.short) \(offset)..<\(offset + chunk.count) of \(size)"
        case .commit(let job, let hash): return "commit \(job) \(hash.short)"
        case .reveal(let job, let data, let salt):
            return "revealData \(job) \(data.short) salt \(salt.short)"
        case .claim(let job, let loss): return "claim \(job) \(loss)"
        case .submit(let job, let model, let data, let salt):
            return "submit \(job) \(model.short) on \(data.short) salt \(salt.short)"
        case .advance(let job): return "advance \(job)"
        case .say(let job, let to, let body):
            return "sendMessage \(job) to \(Cast.name(to)), \(body.count) bytes"
        case .withdraw(let asset, let amount, let to):
            return "\(name) \(amount) of \(asset.token.short) to \(Hex.string(to))"
        case .withdrawBatch(let token, let ids, let amounts, let to):
            return "\(name) \(amounts) of \(token.short) #\(ids) to \(Hex.string(to))"
        case .relay(let relay):
            let signer = Cast.name(relay.signer) + (relay.isGenuine ? "" : ", forged")
            return "relay \(relay.nonce) of \(signer): \(relay.deed.summary)"
        case .noise(let bytes, _): return "\(bytes.count) bytes of noise"
        }
    }
}

extension Offer {
    fileprivate var summary: String {
        """
        payout \(payout) sealed \(isSealed) token \(token.short) reward \(reward) slots \(slots) \
        rounds \(rounds) bonds \(clientBond) \(sponsorBond) ppm \(ppm) normBound \(normBound) \
        features \(features) base \(base.short) samples \(samples) x \(xDtype) y \(yKind) \
        model \(modelDtype) windows \(windows)
        """
    }
}

extension Name {
    var short: String { "\(form) \(digest.short)" }
}

extension Bytes32 {
    var short: String { String(Hex.string(bytes).prefix(8)) }
}

extension Address {
    var short: String { String(Hex.string(bytes).prefix(8)) }
}
