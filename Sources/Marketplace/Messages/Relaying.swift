import ABI

extension State {
    /// Refuses a relay that is late, out of turn, or not the signer's. Cheap checks come first: a
    /// recovery costs as much as a hundred small messages.
    func check(
        _ relay: RelayMessage, signature: [UInt8], _ context: Context
    ) throws(Refusal) {
        guard context.now < relay.deadline else {
            throw Refusal(.expired, at: "deadline \(relay.deadline), now \(context.now)")
        }
        guard let nonce = accounts[relay.signer]?.nonce else {
            throw Refusal(.unknownAccount, at: relay.signer.checksummed)
        }
        guard relay.nonce == UInt256(nonce) else {
            throw Refusal(.wrongNonce, at: "nonce \(nonce) is next")
        }
        let domain = RelayMessage.domain(
            chainID: context.chainID, application: context.application)
        do throws(RecoveryError) {
            try relay.verify(signature, separator: domain.separator)
        } catch {
            throw Refusal(.invalidSignature, at: error.code)
        }
    }
}
