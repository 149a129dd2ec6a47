import ABI

/// A transaction that is in a block of the pretend chain, and what it did.
struct MinedTransaction: Equatable, Sendable {
    enum Outcome: Equatable, Sendable {
        /// It made the input of this index.
        case input(Int)
        /// It executed the output of this index.
        case execution(Int)
        /// It moved Ether at most.
        case transfer
    }

    let hash: Bytes32
    let call: ChainTransaction
    let nonce: UInt64
    /// Nil when the sender was believed.
    let signed: SignedTransaction?
    let block: BlockClock.Block
    let outcome: Outcome

    var gasUsed: UInt64 { signed?.intrinsicGas ?? IntrinsicGas.of(call.data) }
    var gasLimit: UInt64 { signed?.gasLimit ?? gasUsed }
    /// The type as EIP-2718 numbers it.
    var type: UInt64 { UInt64((signed?.kind ?? .legacy).rawValue) }
    var effectiveGasPrice: UInt256 { signed?.effectiveGasPrice ?? .zero }
}
