import ABI
import Marketplace
import Vouchers

/// What a run has seen, so that a test that sees nothing fails.
struct Coverage {
    private(set) var counts: [String: Int] = [:]

    mutating func count(_ what: String) { counts[what, default: 0] += 1 }

    mutating func merge(_ other: Coverage) {
        counts.merge(other.counts, uniquingKeysWith: +)
    }

    func count(of what: String) -> Int { counts[what] ?? 0 }

    /// One line for each group of counts.
    var summary: String {
        var groups: [String: [String]] = [:]
        for (what, count) in counts.sorted(by: { $0.key < $1.key }) {
            let parts = what.split(separator: " ", maxSplits: 1).map { String($0) }
            groups[parts[0], default: []].append("\(parts.last ?? "") \(count)")
        }
        return groups.sorted { $0.key < $1.key }
            .map { "\($0.key): " + $0.value.joined(separator: ", ") }.joined(separator: "\n")
    }
}

extension Coverage {
    /// Every message, the withdrawals last.
    static let messages = MessageFunctions.all.map { $0.name }

    static let sealedKinds = [
        "sealed posted", "sealed best", "sealed proportional", "sealed federated",
    ]

    /// Every refusal and warning that a history can bring: not those of inspect, and of faults, which
    /// must never be seen.
    static let codes =
        RefusalCode.allCases.map { $0.name }.filter {
            !["invalidQuery", "notFound", "internalFault"].contains($0)
        }

    /// What the adversary is answered, or is said of what it sent. A node alone brings
    /// missingMetadata, and a portal malformedDeposit. The others that are left out need a slot that
    /// has come far, or one fault of a stream out of many, and come too rarely to be asked of 600
    /// histories; the histories without honest accounts have to meet them.
    static let attacks = codes.filter { !rareAttacks.contains($0) }

    private static let rareAttacks = [
        "missingMetadata", "malformedDeposit", "alreadyPaid", "attemptsExhausted", "awaitingScore",
        "inUse", "notDue", "outOfOrder", "invalidArchitecture", "invalidData", "malformedStream",
        "tooDeep", "tooLarge", "unsupported", "wrongCommitment", "wrongData",
    ]

    /// Of the rest of what there is to forget, to pay and to take over.
    static let memory = ["memory jobs", "memory rent", "memory drive"]
}

extension Deed {
    /// The name of the message.
    var name: String {
        switch self {
        case .post: return "postJob"
        case .cancel: return "cancelJob"
        case .accept: return "acceptJob"
        case .upload: return "upload"
        case .commit: return "commit"
        case .reveal: return "revealData"
        case .claim: return "claim"
        case .submit: return "submit"
        case .advance: return "advance"
        case .say: return "sendMessage"
        case .relay: return "relay"
        case .withdraw(.ether, _, _): return "WithdrawEther"
        case .withdraw(.erc20, _, _): return "WithdrawErc20"
        case .withdraw(.erc721, _, _): return "WithdrawErc721"
        case .withdraw(.erc1155, _, _): return "WithdrawErc1155Single"
        case .withdrawBatch: return "WithdrawErc1155Batch"
        case .noise: return "noise"
        }
    }
}

extension Gift {
    /// The name of the portal.
    var name: String {
        switch kind {
        case .ether: return "Ether"
        case .erc20: return "ERC-20"
        case .erc721: return "ERC-721"
        case .erc1155: return "ERC-1155 single"
        case .batch: return "ERC-1155 batch"
        case .malformed: return "malformed"
        }
    }
}

extension JobModel {
    /// How the job pays.
    var kindName: String {
        let payouts = ["posted", "best", "proportional", "federated"]
        return (terms.isSealed ? "sealed " : "open ") + payouts[Int(terms.payout)]
    }
}
