import ABI
import Content
import Vouchers

/// Everything that a message, or time, will change, decided before anything is.
///
/// `decide` only reads the state and fills one of these in; `State.apply` writes it. A refusal
/// throws the half-filled decision away, so a refused message leaves no trace.
struct Decision {
    var moves: [Move] = []
    var outputs: [Output] = []
    /// Payees of vouchers, by their place in `outputs`.
    var payees: [(output: Int, account: Address)] = []
    /// Reports besides the outputs: a file that was dropped, a model that was invalid.
    var reports: [[UInt8]] = []
    /// What becomes of the job that it is about, and of the job's files.
    var job: JobChange?
    var content: [ContentChange] = []
    /// Who took a slot of the job, for the list that inspect shows with an account.
    var newClient: Address?
    var counters: [(account: Address, counter: Counter)] = []
    /// Units of work done.
    var units: UInt64 = 0
    /// For a question, whose answer says nothing of the outputs: none are made.
    var isQuestion = false

    enum JobChange {
        case posted(Job)
        case changed(Job)
        case ended(Job, EndedJob)

        var job: Job {
            switch self {
            case .posted(let job), .changed(let job), .ended(let job, _): return job
            }
        }
    }

    enum ContentChange {
        /// A whole file that comes into a job without an upload.
        case put(JobFile)
        case use(FileKind)
        case drop(FileKind)
        case dropAll
        /// A global model outlives its job, as long as there is room.
        case keep(WholeFile)
    }

    /// The reputation counters.
    enum Counter {
        case accepted
        case paid
        case forfeited
        case settled
        case defaulted
    }

    /// The balance of `pocket` as it will be after the moves decided so far; zero where a move
    /// would take more than there is, which `State.apply` refuses.
    func balance(of pocket: Pocket, in asset: Asset, _ ledger: Ledger) -> UInt256 {
        var balance = ledger.balance(of: pocket, in: asset)
        for move in moves where move.asset == asset && move.from != move.to {
            if move.to == pocket {
                balance = balance.adding(move.amount) ?? .max
            } else if move.from == pocket {
                balance = balance.subtracting(move.amount) ?? .zero
            }
        }
        return balance
    }

    mutating func move(_ amount: UInt256, of asset: Asset, from: Pocket, to: Pocket) {
        guard !amount.isZero, !isQuestion else { return }
        moves.append(Move(amount, of: asset, from: from, to: to))
    }

    /// Takes `amount` from the balance of `account`, or refuses.
    mutating func take(
        _ amount: UInt256, of asset: Asset, from account: Address, to pocket: Pocket,
        _ ledger: Ledger
    ) throws(Refusal) {
        guard balance(of: .account(account), in: asset, ledger) >= amount else {
            throw Refusal(.insufficientBalance, at: "\(amount) needed")
        }
        move(amount, of: asset, from: .account(account), to: pocket)
    }

    mutating func report(_ code: RefusalCode, at place: String) {
        reports.append(Report.error(Refusal(code, at: place)))
    }

    mutating func notice(_ function: ABIFunction, _ values: ABIValue...) throws(Refusal) {
        guard !isQuestion else { return }
        do throws(ABIError) {
            outputs.append(.notice(payload: try function.encode(values)))
        } catch {
            throw Refusal(.internalFault, at: function.name)
        }
    }

    /// Pays `amount` out of `pocket` with a voucher for `receiver`, on account of `account`.
    mutating func pay(
        _ amount: UInt256, of asset: Asset, from pocket: Pocket, to receiver: Address,
        account: Address, _ payout: Payout
    ) throws(Refusal) {
        move(amount, of: asset, from: pocket, to: .chain)
        guard !isQuestion else { return }
        do throws(ABIError) {
            let voucher = try payout.voucher(
                amount, of: asset, owner: account, to: receiver)
            append(voucher, payee: account)
        } catch {
            throw Refusal(.internalFault, at: "voucher")
        }
    }

    mutating func append(_ voucher: Output, payee: Address) {
        payees.append((outputs.count, payee))
        outputs.append(voucher)
    }
}
