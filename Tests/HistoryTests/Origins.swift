import ABI
import Content
import Vouchers

@testable import Marketplace

/// 15: nobody is paid for a complete copy of bytes that it first saw in another's pieces, but in an
/// unsealed job behind a commitment that aged 600 seconds after the last of them.
struct Origins {
    /// When something was there, by input and by time.
    private struct Moment {
        let index: Int
        let time: UInt64
    }

    private struct Place: Hashable {
        let job: UInt64
        let client: Address
    }

    private struct Model: Hashable {
        let job: UInt64
        let digest: Bytes32
    }

    private var index = 0
    /// When each account first had these bytes whole.
    private var wholes: [Model: [Address: Moment]] = [:]
    private var commitments: [Place: Moment] = [:]
    private var submissions: [Place: Moment] = [:]

    mutating func violations(_ seen: Observation) throws -> [String] {
        index += 1
        let moment = Moment(index: index, time: seen.step.now)
        for var fields in try seen.notices(NoticeFunctions.committed) {
            commitments[try place(&fields)] = moment
        }
        for var fields in try seen.notices(NoticeFunctions.submitted) {
            submissions[try place(&fields)] = moment
        }
        for job in seen.liveJobs {
            for file in seen.after.state.files.files(of: job.id) {
                guard case .model = file.kind, let digest = file.whole?.digest else { continue }
                let model = Model(job: job.id, digest: digest)
                if wholes[model]?[file.owner] == nil {
                    wholes[model, default: [:]][file.owner] = moment
                }
            }
        }
        var found: [String] = []
        for var fields in try seen.notices(NoticeFunctions.rewardIssued) {
            let job = try fields.uint256().asUInt64 ?? .max
            let place = Place(job: job, client: try fields.address())
            if isCopy(place, seen) {
                found.append("15: \(Cast.name(place.client)) is paid for a copy in job \(job)")
            }
        }
        return found
    }

    private func place(_ fields: inout ABIFields) throws -> Place {
        let job = try fields.uint256().asUInt64 ?? .max
        _ = try fields.uint256()
        return Place(job: job, client: try fields.address())
    }

    private func isCopy(_ place: Place, _ seen: Observation) -> Bool {
        guard let job = seen.before.liveJob(place.job), job.payout != .federated,
            let commitment = commitments[place], let submission = submissions[place]
        else { return false }
        let slots = [seen.after.liveJob(place.job), job].compactMap { job in
            job?.slots.first { $0.client == place.client }
        }
        let digests = slots.flatMap { [$0.submission?.digest, $0.attempts.last?.digest] }
        guard let digest = digests.compactMap({ $0 }).first,
            let owners = wholes[Model(job: place.job, digest: digest)]
        else { return false }
        let own = owners[place.client]?.index ?? .max
        let others = owners.filter { $0.key != place.client && $0.value.index < own }.values
        return others.contains { other in
            guard other.index < commitment.index else { return false }
            return job.terms.sealed || submission.time < other.time + 600
        }
    }
}

extension Step {
    /// The message itself, out of its relay.
    var innerDeed: Deed? {
        let outer: Deed?
        switch sender {
        case .account(_, let deed): outer = deed
        case .portal(let gift): outer = gift.deed
        }
        if case .relay(let relay)? = outer { return relay.deed }
        return outer
    }

    /// Whose message it is.
    var author: Address {
        switch sender {
        case .account(let account, let deed):
            if case .relay(let relay) = deed { return relay.signer }
            return account
        case .portal(let gift): return gift.depositor
        }
    }
}
