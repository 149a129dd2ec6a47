/// Why a signed transaction does not get onto the chain; it costs nothing and uses no nonce.
///
/// The sentences begin as those of Ethereum clients do, which libraries look for.
struct TransactionRefusal: Error, Equatable, Sendable {
    let reason: String
}
