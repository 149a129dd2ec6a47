import ABI
import Vouchers

extension State {
    /// Turns a balance into a voucher for its owner.
    func decideWithdrawal(
        _ withdrawal: Message.Withdrawal, _ context: Context
    ) throws(Refusal) -> Decision {
        switch withdrawal {
        case .ether(let amount):
            return try decideWithdrawal(amount, of: .ether, context)
        case .erc20(let token, let amount):
            // The zero address would name Ether.
            return try decideWithdrawal(amount, of: .erc20(token), context)
        case .erc721(let token, let id):
            return try decideWithdrawal(.one, of: .erc721(token, id: id), context)
        case .erc1155(let token, let id, let amount):
            return try decideWithdrawal(amount, of: .erc1155(token, id: id), context)
        case .erc1155Batch(let token, let ids, let amounts):
            return try decideBatch(of: token, ids: ids, amounts: amounts, context)
        }
    }

    private func decideWithdrawal(
        _ amount: UInt256, of asset: Asset, _ context: Context
    ) throws(Refusal) -> Decision {
        guard !amount.isZero else { throw Refusal(.zeroAmount) }
        let account = Pocket.account(context.sender)
        guard ledger.balance(of: account, in: asset) >= amount else {
            throw Refusal(.insufficientBalance, at: "\(amount) needed")
        }
        var decision = Decision()
        try decision.pay(
            amount, of: asset, from: account, to: context.sender, account: context.sender,
            application: context.application)
        try decision.noticeWithdrawal(amount, of: asset, by: context.sender)
        return decision
    }

    private func decideBatch(
        of token: Address, ids: [UInt256], amounts: [UInt256], _ context: Context
    ) throws(Refusal) -> Decision {
        guard ids.count == amounts.count else {
            throw Refusal(.malformedMessage, at: "\(ids.count) ids, \(amounts.count) values")
        }
        guard !ids.isEmpty else { throw Refusal(.zeroAmount) }
        var taken: [(asset: Asset, amount: UInt256)] = []
        taken.reserveCapacity(ids.count)
        for (id, amount) in zip(ids, amounts) {
            guard !amount.isZero else { throw Refusal(.zeroAmount) }
            taken.append((.erc1155(token, id: id), amount))
        }
        // An id named twice is paid out of one balance.
        let account = Pocket.account(context.sender)
        if let place = ledger.firstShortage(of: taken, in: account) {
            throw Refusal(.insufficientBalance, at: "\(amounts[place]) needed")
        }
        var decision = Decision()
        for (asset, amount) in taken {
            decision.move(amount, of: asset, from: account, to: .chain)
        }
        do throws(ABIError) {
            let voucher = try Payout.batchVoucher(
                ids: ids, amounts: amounts, of: token, from: context.application,
                to: context.sender)
            decision.append(voucher, payee: context.sender)
        } catch {
            throw Refusal(.internalFault, at: "voucher")
        }
        for (asset, amount) in taken {
            try decision.noticeWithdrawal(amount, of: asset, by: context.sender)
        }
        return decision
    }
}

extension Decision {
    fileprivate mutating func noticeWithdrawal(
        _ amount: UInt256, of asset: Asset, by account: Address
    ) throws(Refusal) {
        try notice(
            NoticeFunctions.withdrawn, .address(account), .uint(UInt64(asset.kind)),
            .address(asset.token), .number(asset.id), .number(amount))
    }
}
