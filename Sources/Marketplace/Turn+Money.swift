import ABI
import Vouchers

extension Turn {
    /// Gives a client's bond back.
    mutating func returnBond(of slot: Int) {
        decision.move(
            job.clientBond, of: job.asset, from: job.escrow, to: .account(job.slots[slot].client))
    }

    /// Gives a client's bond to the sponsor.
    mutating func forfeitBond(of slot: Int) throws(Refusal) {
        decision.move(
            job.clientBond, of: job.asset, from: job.escrow, to: .account(job.sponsor))
        try noticeForfeit(of: slot, to: job.sponsor)
    }

    /// Says that a bond is lost; the zero address stands for all clients that are paid.
    mutating func noticeForfeit(of slot: Int, to beneficiary: Address) throws(Refusal) {
        let client = job.slots[slot].client
        decision.counters.append((client, .forfeited))
        try decision.notice(
            NoticeFunctions.bondForfeited, .uint(job.id), .address(client),
            .address(beneficiary), .number(job.clientBond))
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
                application: context.application)
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
