import ABI
import TestSupport
import Testing

@testable import Marketplace

/// An account that signs.
struct Signer: Sendable {
    let address: Address
    private let key: [UInt8]
    private let signer: TestSigner

    /// Accounts of different numbers have different keys.
    init(_ number: UInt8) throws {
        key = [UInt8](repeating: number, count: 32)
        signer = try #require(TestSigner())
        address = try #require(signer.address(ofKey: key))
    }

    /// The payload that relays `message`; signed for `signed` where that is another message.
    func relay(
        _ message: [UInt8], nonce: UInt64, deadline: UInt64, signed: [UInt8]? = nil,
        as name: Address? = nil
    ) throws -> [UInt8] {
        let relay = RelayMessage(
            signer: name ?? address, nonce: UInt256(nonce), deadline: deadline,
            message: signed ?? message)
        let domain = RelayMessage.domain(chainID: Market.chainID, application: Market.application)
        let signature = try #require(
            signer.sign(relay.digest(separator: domain.separator), key: key))
        return try MessageFunctions.relay.encode([
            .address(relay.signer), .number(relay.nonce), .uint(deadline), .bytes(message),
            .bytes(signature),
        ])
    }
}

extension Market {
    /// Has a stranger send a message in the name of its signer, whose turn it is.
    mutating func relay(
        _ message: [UInt8], of signer: Signer, nonce: UInt64? = nil,
        by relayer: Address = Market.eve
    ) throws -> String? {
        let next = nonce ?? self.nonce(signer.address) ?? 0
        return send(
            try signer.relay(message, nonce: next, deadline: now + 600), from: relayer)
    }

    /// Sends a message that is refused with `code`, and checks that it does no work and leaves no
    /// trace: what there is then is what an input that says nothing would have left.
    mutating func refuses(
        _ payload: [UInt8], from sender: Address, _ code: String, at place: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var idle = self
        idle.wait()
        let (spent, outputs) = (engine.state.unitsSpent, idle.outputs.count)
        let found = send(payload, from: sender)
        #expect(found == code, sourceLocation: sourceLocation)
        if let place { #expect(errors.first?.at == place, sourceLocation: sourceLocation) }
        #expect(self.outputs.count == outputs, sourceLocation: sourceLocation)
        #expect(engine.state.unitsSpent == spent, sourceLocation: sourceLocation)
        #expect(try digest() == idle.digest(), sourceLocation: sourceLocation)
    }
}
