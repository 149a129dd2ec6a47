import ABI
import Vouchers

/// Nonces and Ether of the accounts of the pretend chain.
///
/// Every address begins with 10,000 Ether, but the contracts that the chain has begin with none.
struct ChainAccounts: Sendable {
    /// 10,000 Ether in wei.
    static let endowment = UInt256(UInt128(10_000) * 1_000_000_000_000_000_000)
    static let blockGasLimit: UInt64 = 30_000_000

    private let application: Address
    private let etherPortal: Address
    private let contracts: [Address]
    private var nonces: [Address: UInt64] = [:]
    private var balances: [Address: UInt256] = [:]

    init(_ settings: NodeSettings) {
        application = settings.application
        etherPortal = settings.contracts.portals.ether
        contracts = [settings.application, settings.inputBox] + settings.contracts.portals.all
    }

    /// The nonce that the account's next transaction has.
    func nonce(of account: Address) -> UInt64 { nonces[account] ?? 0 }

    /// Wei.
    func balance(of account: Address) -> UInt256 {
        balances[account] ?? (contracts.contains(account) ? .zero : Self.endowment)
    }

    /// Throws when Ethereum clients would not take the transaction into a block of chain `chainID`.
    func check(_ transaction: SignedTransaction, chainID: UInt64) throws(TransactionRefusal) {
        if let stated = transaction.chainID, stated != chainID {
            throw TransactionRefusal(
                reason: "invalid chain id for signer: have \(stated) want \(chainID)")
        }
        try check(nonce: transaction.nonce, of: transaction.call.from)
        guard transaction.maxPriorityFee <= transaction.maxFee else {
            throw TransactionRefusal(
                reason: "max priority fee per gas higher than max fee per gas: "
                    + "\(transaction.maxPriorityFee) and \(transaction.maxFee)")
        }
        guard transaction.gasLimit <= Self.blockGasLimit else {
            throw TransactionRefusal(
                reason: "exceeds block gas limit: \(transaction.gasLimit) gas, "
                    + "a block has \(Self.blockGasLimit)")
        }
        guard transaction.gasLimit >= transaction.intrinsicGas else {
            throw TransactionRefusal(
                reason: "intrinsic gas too low: have \(transaction.gasLimit), "
                    + "want \(transaction.intrinsicGas)")
        }
        let fees = transaction.maxFee.multiplied(by: UInt256(transaction.gasLimit))
        try check(fees?.adding(transaction.call.value), of: transaction.call.from)
    }

    /// Throws when the account has less than `cost` wei; nil is more than anybody has.
    func check(_ cost: UInt256?, of account: Address) throws(TransactionRefusal) {
        let balance = balance(of: account)
        guard let cost, cost <= balance else {
            let want = cost.map { "\($0)" } ?? "more than 2^256"
            throw TransactionRefusal(
                reason: "insufficient funds for gas * price + value: address "
                    + "\(account.checksummed) have \(balance) want \(want)")
        }
    }

    private func check(nonce: UInt64, of account: Address) throws(TransactionRefusal) {
        let next = self.nonce(of: account)
        if nonce < next {
            throw TransactionRefusal(reason: "nonce too low: next nonce \(next), tx nonce \(nonce)")
        }
        if nonce > next {
            throw TransactionRefusal(
                reason: "nonce too high: next nonce \(next), tx nonce \(nonce); "
                    + "nothing waits here for those in between")
        }
        guard nonce < .max else { throw TransactionRefusal(reason: "nonce has max value") }
    }

    /// Counts the transaction and moves its Ether and fees; `output` is what it executed.
    mutating func apply(_ transaction: MinedTransaction, executing output: Output?) {
        let call = transaction.call
        nonces[call.from] = transaction.nonce + 1
        // Fees are nobody's.
        if let fee = transaction.effectiveGasPrice.multiplied(by: UInt256(transaction.gasUsed)) {
            take(fee, from: call.from)
        }
        move(call.value, from: call.from, to: call.to == etherPortal ? application : call.to)
        if let output { pay(output) }
    }

    /// Moves the Ether of a deposit of which only the input is known.
    mutating func apply(depositFrom portal: Address, _ payload: [UInt8], portals: PortalAddresses) {
        guard portal == portals.ether,
            let deposit = Deposit(payload: payload, from: portal, of: portals)
        else { return }
        for credit in deposit.credits where credit.asset == .ether {
            move(credit.amount, from: deposit.depositor, to: application)
        }
    }

    /// Throws when the application has less Ether than `output` pays out.
    func check(_ output: Output) throws(ChainRevert) {
        guard case .voucher(_, let value, _) = output, value > balance(of: application) else {
            return
        }
        throw ChainRevert(
            reason: "InsufficientFunds: the application has \(balance(of: application)) wei, "
                + "the voucher pays \(value)")
    }

    private mutating func pay(_ output: Output) {
        guard case .voucher(let destination, let value, _) = output else { return }
        move(value, from: application, to: destination)
    }

    private mutating func move(_ value: UInt256, from sender: Address, to receiver: Address) {
        guard !value.isZero else { return }
        take(value, from: sender)
        balances[receiver] = balance(of: receiver).adding(value) ?? .max
    }

    /// What is taken was checked, but for inputs of a log without transactions.
    private mutating func take(_ value: UInt256, from account: Address) {
        balances[account] = balance(of: account).subtracting(value) ?? .zero
    }
}
