import ABI
import Vouchers

extension State {
    /// What a deposit will do: credit its depositor, and say so.
    func decideDeposit(_ deposit: Deposit) throws(Refusal) -> Decision {
        let credits = deposit.amounts
        guard ledger.canDeposit(credits) else { throw Refusal(.depositOverflow) }
        var decision = Decision()
        for (asset, amount) in credits {
            decision.move(amount, of: asset, from: .chain, to: .account(deposit.depositor))
            try decision.notice(
                NoticeFunctions.deposited, .address(deposit.depositor), .uint(UInt64(asset.kind)),
                .address(asset.token), .number(asset.id), .number(amount))
        }
        return decision
    }

    /// Whether there is room for what a deposit would make: balances, an asset, an account. Only
    /// deposits ask, since nobody else chooses what is new.
    func hasRoom(for deposit: Deposit, _ configuration: Configuration) -> Bool {
        guard !deposit.isEmpty else { return true }
        guard accounts.contains(deposit.depositor) || accounts.count < configuration.accounts
        else { return false }
        return ledger.hasRoom(
            for: deposit.amounts, in: .account(deposit.depositor), configuration.ledgerLimits)
    }

    /// A voucher that gives a deposit back whole. The ledger never hears of it.
    func decideReturn(
        of deposit: Deposit, _ payout: Payout
    ) throws(Refusal) -> Decision {
        var decision = Decision()
        do throws(ABIError) {
            decision.append(
                try deposit.returnVoucher(payout), payee: deposit.depositor)
        } catch {
            throw Refusal(.internalFault, at: "voucher")
        }
        return decision
    }
}

extension Deposit {
    /// Whether it brings nothing.
    var isEmpty: Bool { !credits.contains { !$0.amount.isZero } }

    fileprivate var amounts: [(asset: Asset, amount: UInt256)] {
        var amounts: [(asset: Asset, amount: UInt256)] = []
        amounts.reserveCapacity(credits.count)
        for credit in credits { amounts.append((credit.asset, credit.amount)) }
        return amounts
    }

    /// One id goes back as one, and several as a batch.
    fileprivate func returnVoucher(_ payout: Payout) throws(ABIError) -> Output {
        if credits.count == 1 {
            return try payout.voucher(
                credits[0].amount, of: credits[0].asset, owner: depositor, to: depositor)
        }
        var ids: [UInt256] = []
        var amounts: [UInt256] = []
        var token = Address.zero
        for credit in credits {
            ids.append(credit.asset.id)
            amounts.append(credit.amount)
            token = credit.asset.token
        }
        return try payout.batchVoucher(
            ids: ids, amounts: amounts, of: token, to: depositor)
    }
}
