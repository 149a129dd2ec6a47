import ABI
import Marketplace
import Vouchers

// What moves money: withdrawals, rewards, bonds.
extension MarketModel {
    /// Whether anybody gets out again what is sent there.
    static func isPayable(_ account: Address) -> Bool {
        account != application && !(Cast.portals + Cast.foreignPortals).contains(account)
    }

    /// Who a withdrawal is for: the sender, unless it names somebody.
    func recipient(_ bytes: [UInt8]) throws -> Address {
        if bytes.isEmpty { return sender }
        guard bytes.count == 20, let account = Address(bytes, at: 0), account != .zero,
            MarketModel.isPayable(account)
        else { throw Refused("badRecipient") }
        return account
    }

    mutating func withdraw(_ asset: Asset, _ amount: UInt256, to recipient: Address) throws {
        // A whole token is one.
        let isToken = if case .erc721 = asset { true } else { false }
        let amount = isToken ? .one : amount
        guard !amount.isZero else { throw Refused("zeroAmount") }
        try pay(amount, of: asset, from: .account(sender), to: recipient, account: sender)
        noticeWithdrawal(of: asset, amount)
    }

    mutating func withdrawBatch(
        of token: Address, _ ids: [UInt256], _ amounts: [UInt256], to recipient: Address
    ) throws {
        guard ids.count == amounts.count else { throw Refused("malformedMessage") }
        guard !ids.isEmpty, !amounts.contains(.zero) else { throw Refused("zeroAmount") }
        guard Set(ids.map { $0.bytes32.bytes }).count <= 256 else { throw Refused("tooManyIds") }
        for (id, amount) in zip(ids, amounts) {
            let asset = Asset.erc1155(token, id: id)
            guard ledger.amount(of: .account(sender), in: asset) >= amount else {
                throw Refused("insufficientBalance")
            }
            ledger.voucher(amount, of: asset, from: .account(sender))
            noticeWithdrawal(of: asset, amount)
        }
        giveOut(ids, amounts, of: token, to: recipient, account: sender)
    }

    /// One voucher for several ids.
    private mutating func giveOut(
        _ ids: [UInt256], _ amounts: [UInt256], of token: Address, to receiver: Address,
        account: Address
    ) {
        let function = ABIFunction(
            "safeBatchTransferFrom", ABIParameter("from", .address), ABIParameter("to", .address),
            ABIParameter("ids", .array(.uint256)), ABIParameter("values", .array(.uint256)),
            ABIParameter("data", .bytes))
        let call = try? function.encode([
            .address(MarketModel.application), .address(receiver),
            .array(ids.map { .number($0) }), .array(amounts.map { .number($0) }), .bytes([]),
        ])
        effects.vouchers.append(.voucher(destination: token, value: .zero, payload: call ?? []))
        effects.payees.append(account)
    }

    /// Sends back a deposit that the ledger has no room for.
    mutating func giveBack(_ credits: [(Asset, UInt256)], to account: Address) {
        effects.codes = ["ledgerFull"]
        let (asset, amount) = credits[0]
        if credits.count > 1 {
            giveOut(
                credits.map { $0.0.id }, credits.map { $0.1 }, of: asset.token, to: account,
                account: account)
        } else if let voucher = try? voucher(amount, of: asset, to: account, owner: account) {
            effects.vouchers.append(voucher)
            effects.payees.append(account)
        }
    }

    private mutating func noticeWithdrawal(of asset: Asset, _ amount: UInt256) {
        say(
            NoticeFunctions.withdrawn, .address(sender), .uint(UInt64(asset.kind)),
            .address(asset.token), .number(asset.id), .number(amount))
    }

    /// Takes `amount` out with a voucher.
    private mutating func pay(
        _ amount: UInt256, of asset: Asset, from owner: Owner, to receiver: Address,
        account: Address
    ) throws {
        guard ledger.amount(of: owner, in: asset) >= amount else {
            throw Refused("insufficientBalance")
        }
        ledger.voucher(amount, of: asset, from: owner)
        effects.vouchers.append(try voucher(amount, of: asset, to: receiver, owner: account))
        effects.payees.append(account)
    }

    private func voucher(
        _ amount: UInt256, of asset: Asset, to receiver: Address, owner: Address
    ) throws -> Output {
        let (from, to) = (ABIParameter("from", .address), ABIParameter("to", .address))
        let (id, value) = (ABIParameter("id", .uint256), ABIParameter("value", .uint256))
        let call: [UInt8]
        switch asset {
        case .ether: return .voucher(destination: receiver, value: amount, payload: [])
        case .erc20(let token):
            if let library {
                let function = ABIFunction(
                    "safeTransfer", ABIParameter("token", .address), to, value)
                return .delegateCallVoucher(
                    destination: library,
                    payload: try function.encode([
                        .address(token), .address(receiver), .number(amount),
                    ]))
            }
            call = try ABIFunction("transfer", to, value).encode([
                .address(receiver), .number(amount),
            ])
        case .erc721(_, let number):
            // Whoever deposited it has held it before.
            let name = receiver == owner ? "transferFrom" : "safeTransferFrom"
            call = try ABIFunction(name, from, to, id).encode([
                .address(MarketModel.application), .address(receiver), .number(number),
            ])
        case .erc1155(_, let number):
            let data = ABIParameter("data", .bytes)
            call = try ABIFunction("safeTransferFrom", from, to, id, value, data).encode([
                .address(MarketModel.application), .address(receiver), .number(number),
                .number(amount),
                .bytes([]),
            ])
        }
        return .voucher(destination: asset.token, value: .zero, payload: call)
    }

    /// Moves what the sender owes into the escrow of a job, or refuses.
    mutating func stake(_ amount: UInt256, of asset: Asset, at job: Int) throws {
        guard ledger.amount(of: .account(sender), in: asset) >= amount else {
            throw Refused("insufficientBalance")
        }
        ledger.move(amount, of: asset, from: .account(sender), to: .escrow(job))
    }

    /// Pays a reward: a voucher to the payout address, or the client's balance when there is none.
    mutating func reward(_ amount: UInt256, _ job: Int, slot: Int) {
        guard !amount.isZero, let seat = jobs[job].seats[slot] else { return }
        let asset = jobs[job].terms.asset
        if seat.payout == .zero {
            ledger.move(amount, of: asset, from: .escrow(job), to: .account(seat.client))
        } else {
            // Escrow holds every reward, so this is never refused.
            try? pay(
                amount, of: asset, from: .escrow(job), to: seat.payout, account: seat.client)
        }
        if seat.paid.isZero { jobs[job].paidClients += 1 }
        jobs[job].seats[slot]?.paid = seat.paid.adding(amount) ?? .max
        jobs[job].rewardsPaid = jobs[job].rewardsPaid.adding(amount) ?? .max
        say(
            NoticeFunctions.rewardIssued, .uint(UInt64(job)), .address(seat.client),
            .address(jobs[job].terms.token), .number(amount))
        count(\.paid, seat.client)
    }

    /// Gives a bond back that is still held.
    mutating func returnBond(_ job: Int, slot: Int) {
        guard let seat = jobs[job].seats[slot], seat.bond == .held else { return }
        let terms = jobs[job].terms
        ledger.move(
            UInt256(terms.clientBond), of: terms.asset, from: .escrow(job),
            to: .account(seat.client))
        jobs[job].seats[slot]?.bond = .returned
    }

    /// A forfeited bond is nobody's for good.
    mutating func burnBond(_ job: Int, slot: Int) {
        guard let seat = jobs[job].seats[slot], seat.bond == .held else { return }
        let terms = jobs[job].terms
        ledger.move(
            UInt256(terms.clientBond), of: terms.asset, from: .escrow(job), to: .burned)
        jobs[job].seats[slot]?.bond = .burned
        say(
            NoticeFunctions.bondForfeited, .uint(UInt64(job)), .address(seat.client),
            .address(.zero), .number(UInt256(terms.clientBond)))
        count(\.forfeited, seat.client)
    }

    /// What the escrow still holds is the sponsor's; the amount without the storage bond.
    mutating func returnRest(_ job: Int) -> UInt256 {
        let terms = jobs[job].terms
        let sponsor = Owner.account(jobs[job].sponsor)
        ledger.move(terms.storageBond, of: .ether, from: .escrow(job), to: sponsor)
        let rest = ledger.amount(of: .escrow(job), in: terms.asset)
        ledger.move(rest, of: terms.asset, from: .escrow(job), to: sponsor)
        return rest
    }
}
