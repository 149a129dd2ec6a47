import ABI
import Marketplace

/// 6: what an honest account is promised. It follows the guide and is never late, so it loses no
/// bond at all; and in sealed POSTED it gets what its own model is worth, whatever others do.
struct Promises {
    private var broken: [String] = []

    mutating func note(_ model: MarketModel, _ effects: Effects, profile: Generator.Profile) {
        guard profile == .adversary else { return }
        for notice in effects.notices
        where ABIFunction.selector(of: notice) == NoticeFunctions.bondForfeited.selector {
            guard let values = try? NoticeFunctions.bondForfeited.decode(notice),
                case .address(let client) = values[1], Cast.honest.contains(client)
            else { continue }
            broken.append("6: \(Comparison.words(notice))")
        }
    }

    func violations(_ model: MarketModel) -> [String] {
        var found = broken
        for job in model.jobs where job.terms.isSealed && job.terms.payout == 0 {
            guard job.phase == .settled, let base = job.baseScore?.loss else { continue }
            for case let (slot, seat?) in job.seats.enumerated()
            where Cast.honest.contains(seat.client) {
                guard let claim = job.claims[slot] else {
                    found.append("6: \(Cast.name(seat.client)) has no claim in job \(job.id)")
                    continue
                }
                let isDue = PayoutModel.passes(claim, base, ppm: job.terms.ppm)
                let due = isDue ? UInt256(job.terms.reward) : .zero
                if seat.paid != due {
                    found.append("6: \(Cast.name(seat.client)) got \(seat.paid), not \(due)")
                }
            }
        }
        for job in model.jobs where job.hasEnded {
            for case let seat? in job.seats where Cast.honest.contains(seat.client) {
                if seat.bond != .returned {
                    found.append("6: the bond of \(Cast.name(seat.client)) in job \(job.id)")
                }
            }
        }
        return found
    }
}
