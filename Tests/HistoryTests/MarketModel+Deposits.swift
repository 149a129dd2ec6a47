import ABI
import Marketplace
import Vouchers

extension MarketModel {
    /// Credits a deposit; false when there is nothing to credit.
    mutating func receive(_ gift: Gift) -> Bool {
        guard let credits = gift.credits else {
            effects.codes = ["malformedDeposit"]
            return false
        }
        let account = gift.depositor
        let isNew = nonces[account] == nil && credits.contains { !$0.1.isZero }
        guard
            ledger.hasRoom(
                for: credits, of: account, newAccounts: isNew ? 1 : 0, accounts: nonces.count,
                limits)
        else {
            giveBack(credits, to: account)
            return false
        }
        guard ledger.canDeposit(credits) else {
            effects.codes = ["depositOverflow"]
            return false
        }
        if isNew { nonces[account] = 0 }
        for (asset, amount) in credits {
            ledger.deposit(amount, of: asset, to: account)
            say(
                NoticeFunctions.deposited, .address(account), .uint(UInt64(asset.kind)),
                .address(asset.token), .number(asset.id), .number(amount))
        }
        return true
    }
}

extension Gift {
    /// What it brings; nil when it is none that a portal makes.
    var credits: [(Asset, UInt256)]? {
        switch kind {
        case .ether(let amount): return [(.ether, amount)]
        case .erc20(let token, let amount): return [(.erc20(token), amount)]
        case .erc721(let token, let id): return [(.erc721(token, id: id), .one)]
        case .erc1155(let token, let id, let amount):
            return [(.erc1155(token, id: id), amount)]
        case .batch(let token, let ids, let amounts):
            guard ids.count == amounts.count else { return nil }
            return zip(ids, amounts).map { (.erc1155(token, id: $0), $1) }
        case .malformed: return nil
        }
    }
}
