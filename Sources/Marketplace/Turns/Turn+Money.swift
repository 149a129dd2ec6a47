import ABI
import Vouchers

extension Turn {
    /// Gives a client's bond back, if the job still holds it.
    mutating func returnBond(of slot: Int) {
        guard !job.slots[slot].isVacant, job.slots[slot].bond == .held else { return }
        job.slots[slot].bond = .returned
        decision.move(
            job.clientBond, of: job.asset, from: job.escrow, to: .account(job.slots[slot].client))
    }

    /// Burns a client's bond, if the job still holds it: nobody gains from anybody's silence, so
    /// nobody has a reason to cause it.
    mutating func burnBond(of slot: Int) throws(Refusal) {
        guard !job.slots[slot].isVacant, job.slots[slot].bond == .held else { return }
        job.slots[slot].bond = .burned
        let client = job.slots[slot].client
        decision.move(job.clientBond, of: job.asset, from: job.escrow, to: .burned)
        decision.counters.append((client, .forfeited))
        try decision.notice(
            NoticeFunctions.bondForfeited, .uint(job.id), .address(client), .address(.zero),
            .number(job.clientBond))
    }

    /// Pays a reward: a voucher to the payout address, or the client's balance when there is none.
    mutating func payReward(_ amount: UInt128, to slot: Int) throws(Refusal) {
        guard amount > 0 else { return }
        let value = UInt256(amount)
        let client = job.slots[slot].client
        let payout = job.slots[slot].payout
        if payout.isZero {
            decision.move(value, of: job.asset, from: job.escrow, to: .account(client))
        } else {
            try decision.pay(
                value, of: job.asset, from: job.escrow, to: payout, account: client,
                context.payout)
        }
        if job.slots[slot].paid == 0 { job.paidSlots += 1 }
        job.slots[slot].paid += amount
        try decision.notice(
            NoticeFunctions.rewardIssued, .uint(job.id), .address(client),
            .address(job.terms.token), .number(value))
        decision.counters.append((client, .paid))
    }

    /// Pays what the rounds so far have earned.
    mutating func payEarnings(of slot: Int) throws(Refusal) {
        let amount = job.slots[slot].earned
        job.slots[slot].earned = 0
        try payReward(amount, to: slot)
    }

    /// Pays what the rounds have earned and returns the bonds that the job still holds.
    mutating func closeSlots() throws(Refusal) {
        for slot in 0..<job.slots.count where !job.slots[slot].isVacant {
            try payEarnings(of: slot)
            returnBond(of: slot)
        }
    }

    /// Whatever the escrow still holds is the sponsor's. Returns the amount in the job's own asset,
    /// without the storage bond.
    mutating func returnRest() -> UInt256 {
        decision.move(
            job.storage.bond, of: .ether, from: job.escrow, to: .account(job.sponsor))
        let rest = decision.balance(of: job.escrow, in: job.asset, state.ledger)
        decision.move(rest, of: job.asset, from: job.escrow, to: .account(job.sponsor))
        return rest
    }
}
