import ABI

/// A transaction as a wallet signed it, for any chain.
///
/// Sources: Ethereum yellow paper, section 4.3; EIP-155 (chain in v), EIP-2718 (types), EIP-2930,
/// EIP-1559, EIP-2 (low s).
struct SignedTransaction: Equatable, Sendable {
    enum Kind: UInt8, Sendable {
        case legacy = 0
        case accessList = 1
        case dynamicFee = 2

        /// Members with the signature.
        fileprivate var count: Int {
            switch self {
            case .legacy: 9
            case .accessList: 11
            case .dynamicFee: 12
            }
        }
    }

    /// Bytes of a transaction, as Ethereum clients limit them.
    static let sizeLimit = 1 << 17

    let raw: [UInt8]
    let kind: Kind
    /// Nil for a legacy transaction from before EIP-155, which is good on every chain.
    let chainID: UInt64?
    let nonce: UInt64
    /// Wei for a unit of gas at most, all in all.
    let maxFee: UInt256
    /// Wei for a unit of gas at most, beyond the base fee; the same as `maxFee` but for type 2.
    let maxPriorityFee: UInt256
    let gasLimit: UInt64
    /// What it does; the sender is who signed.
    let call: ChainTransaction
    let accessList: [AccessListEntry]
    let signature: RecoverableSignature
    /// v as the transaction has it: parity of y, with the chain in it for type 0.
    let v: UInt256

    /// What the world knows it by.
    var hash: Bytes32 { Keccak256.hash(raw) }

    /// What it costs; the pretend chain runs no code that would cost more.
    var intrinsicGas: UInt64 { IntrinsicGas.of(call.data, accessList) }

    /// Wei for a unit of gas when the base fee is 0, as it is on the pretend chain.
    var effectiveGasPrice: UInt256 { min(maxFee, maxPriorityFee) }

    /// Reads a transaction in its only code and recovers who signed it.
    init(raw: [UInt8]) throws(TransactionRefusal) {
        guard raw.count <= Self.sizeLimit else {
            throw TransactionRefusal(
                reason: "oversized data: \(raw.count) bytes, at most \(Self.sizeLimit)")
        }
        self.raw = raw
        kind = try Self.kind(of: raw)
        let items = try Self.items(of: raw, kind)
        var fields = RLPFields(items)
        var chainID = kind == .legacy ? nil : try fields.uint64("chainId")
        nonce = try fields.uint64("nonce")
        maxPriorityFee = try fields.number(
            kind == .dynamicFee ? "maxPriorityFeePerGas" : "gasPrice")
        maxFee = kind == .dynamicFee ? try fields.number("maxFeePerGas") : maxPriorityFee
        gasLimit = try fields.uint64("gasLimit")
        let to = try Self.receiver(&fields)
        let value = try fields.number("value")
        let data = try fields.bytes("data")
        accessList =
            kind == .legacy ? [] : try AccessListEntry.list(try fields.list("accessList"))
        v = try fields.number(kind == .legacy ? "v" : "yParity")
        let isOdd: Bool
        if kind == .legacy {
            (chainID, isOdd) = try Self.chain(inV: v)
        } else {
            guard let parity = v.asUInt64, parity <= 1 else {
                throw TransactionRefusal(reason: "yParity is \(v), 0 or 1 is due")
            }
            isOdd = parity == 1
        }
        self.chainID = chainID
        let (r, s) = (try fields.number("r"), try fields.number("s"))
        let digest = Self.digest(items, kind, chainID)
        do throws(RecoveryError) {
            signature = try RecoverableSignature(r: r.bytes32, s: s.bytes32, v: isOdd ? 1 : 0)
            let signer = try signature.signer(of: digest)
            call = ChainTransaction(from: signer, to: to, value: value, data: data)
        } catch {
            throw TransactionRefusal(reason: "invalid transaction v, r, s values: \(error.code)")
        }
    }

    private static func kind(of raw: [UInt8]) throws(TransactionRefusal) -> Kind {
        guard let first = raw.first else { throw TransactionRefusal(reason: "no bytes came") }
        if first >= 0xc0 { return .legacy }
        guard first != 0, let kind = Kind(rawValue: first) else {
            throw TransactionRefusal(
                reason: "transaction type not supported: the first byte is \(first); a list, "
                    + "1 (EIP-2930) and 2 (EIP-1559) are known")
        }
        return kind
    }

    private static func items(
        of raw: [UInt8], _ kind: Kind
    ) throws(TransactionRefusal) -> [RLPItem] {
        let item: RLPItem
        do throws(RLPError) {
            item = try RLPItem(parsing: kind == .legacy ? raw : Array(raw.dropFirst()))
        } catch {
            throw TransactionRefusal(reason: "malformed transaction: \(error)")
        }
        guard case .list(let items) = item else {
            throw TransactionRefusal(reason: "malformed transaction: a list is due")
        }
        guard items.count == kind.count else {
            throw TransactionRefusal(
                reason: "malformed transaction: type \(kind.rawValue) has \(kind.count) members "
                    + "with its signature, \(items.count) came")
        }
        return items
    }

    private static func receiver(
        _ fields: inout RLPFields
    ) throws(TransactionRefusal) -> Address {
        var ahead = fields
        guard try !ahead.bytes("to").isEmpty else {
            throw TransactionRefusal(
                reason: "contract creation is not supported: the pretend chain runs no code")
        }
        return try fields.address("to")
    }

    /// The chain and the parity of y that v of a legacy transaction says.
    private static func chain(
        inV v: UInt256
    ) throws(TransactionRefusal) -> (chainID: UInt64?, isOdd: Bool) {
        if v == UInt256(UInt64(27)) { return (nil, false) }
        if v == UInt256(UInt64(28)) { return (nil, true) }
        guard let rest = v.subtracting(UInt256(UInt64(35))),
            let half = rest.divided(by: UInt256(UInt64(2))),
            let chainID = half.quotient.asUInt64
        else {
            throw TransactionRefusal(
                reason: "invalid transaction v, r, s values: v is \(v); 27, 28 or "
                    + "35 + 2 * chainId + parity is due, with a chainId below 2^64")
        }
        return (chainID, !half.remainder.isZero)
    }

    /// What was signed.
    private static func digest(_ items: [RLPItem], _ kind: Kind, _ chainID: UInt64?) -> Bytes32 {
        var signed = Array(items.dropLast(3))
        guard kind == .legacy else {
            return Keccak256.hash([kind.rawValue] + RLPItem.list(signed).encoded)
        }
        if let chainID {
            let bytes = Array(UInt256(chainID).bytes32.bytes.drop { $0 == 0 })
            signed += [.bytes(bytes), .bytes([]), .bytes([])]
        }
        return Keccak256.hash(RLPItem.list(signed).encoded)
    }
}
