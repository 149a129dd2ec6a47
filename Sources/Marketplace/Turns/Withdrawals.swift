import ABI
import Vouchers

extension State {
    /// Turns a balance into a voucher for its owner, or for whom the owner names.
    func decideWithdrawal(
        _ withdrawal: Message.Withdrawal, _ context: Context
    ) throws(Refusal) -> Decision {
        let recipient = try context.recipient(withdrawal.recipient)
        switch withdrawal.assets {
        case .ether(let amount):
            return try decideWithdrawal(amount, of: .ether, to: recipient, context)
        case .erc20(let token, let amount):
            // The zero address would name Ether.
            return try decideWithdrawal(amount, of: .erc20(token), to: recipient, context)
        case .erc721(let token, let id):
            return try decideWithdrawal(.one, of: .erc721(token, id: id), to: recipient, context)
        case .erc1155(let token, let id, let amount):
            return try decideWithdrawal(
                amount, of: .erc1155(token, id: id), to: recipient, context)
        case .erc1155Batch(let token, let ids, let amounts):
            return try decideBatch(of: token, ids: ids, amounts: amounts, to: recipient, context)
        }
    }

    private func decideWithdrawal(
        _ amount: UInt256, of asset: Asset, to recipient: Address, _ context: Context
    ) throws(Refusal) -> Decision {
        guard !amount.isZero else { throw Refusal(.zeroAmount) }
        let account = Pocket.account(context.sender)
        guard ledger.balance(of: account, in: asset) >= amount else {
            throw Refusal(.insufficientBalance, at: "\(amount) needed")
        }
        var decision = Decision()
        try decision.pay(
            amount, of: asset, from: account, to: recipient, account: context.sender,
            context.payout)
        try decision.noticeWithdrawal(amount, of: asset, by: context.sender)
        return decision
    }

    private func decideBatch(
        of token: Address, ids: [UInt256], amounts: [UInt256], to recipient: Address,
        _ context: Context
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
        guard Ledger.distinct(taken) <= Limits.withdrawnIds else { throw Refusal(.tooManyIds) }
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
            let voucher = try context.payout.batchVoucher(
                ids: ids, amounts: amounts, of: token, to: recipient)
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

extension Context {
    /// Who a withdrawal goes to: the sender when it names nobody. So an account that cannot receive,
    /// such as a contract without the hooks, is no trap for what it deposited.
    fileprivate func recipient(_ bytes: [UInt8]) throws(Refusal) -> Address {
        if bytes.isEmpty { return sender }
        guard bytes.count == 20, let address = Address(bytes), !address.isZero, canPay(address)
        else {
            throw Refusal(.badRecipient)
        }
        return address
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
