import ABI
import FuzzSupport
import Marketplace

/// The Solidity ABI: the first byte says what the rest is.
@c(LLVMFuzzerTestOneInput)
public func fuzzABI(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var bytes = Bytes(start, count)
    let choice = Int(bytes.byte())
    switch choice {
    case 0:
        let text = String(decoding: bytes.part(), as: UTF8.self)
        if let function = try? ABIFunction(parsing: text) { decode(bytes.all(), by: function) }
    case 1:
        parseType(String(decoding: bytes.all(), as: UTF8.self))
    case 2:
        verifyRelay(&bytes)
    case 3:
        hashTypedData(&bytes)
    default:
        let functions = MessageFunctions.all + NoticeFunctions.all
        decode(bytes.all(), by: functions[choice % functions.count])
    }
    return 0
}

/// What decodes encodes to the same bytes: there is one encoding of everything.
private func decode(_ arguments: [UInt8], by function: ABIFunction) {
    let payload = function.selectorBytes + arguments
    if let values = try? function.decode(payload) {
        precondition((try? function.encode(values)) == payload, "an encoding that is not canonical")
    }
    if let message = try? Message(payload: payload) { _ = message }
}

/// A type is the same after it was printed and parsed again.
private func parseType(_ text: String) {
    guard let function = try? ABIFunction(parsing: "f(" + text + ")") else { return }
    let again = try? ABIFunction(parsing: function.signature)
    precondition(again?.signature == function.signature, "a signature changes when it is printed")
    precondition(again?.selector == function.selector)
}

private func verifyRelay(_ bytes: inout Bytes) {
    let signature = bytes.take(65)
    let relay = RelayMessage(
        signer: Address(bytes.take(20)) ?? .zero,
        nonce: UInt256(Bytes32(bytes.take(32)) ?? .zero), deadline: UInt64(bytes.number()),
        message: bytes.all())
    let separator = RelayMessage.domain(chainID: 31_337, application: .zero).separator
    let digest = relay.digest(separator: separator)
    guard let signer = try? RecoverableSignature(signature).signer(of: digest) else { return }
    // Whoever it is, the relay is theirs and nobody else's.
    let own = RelayMessage(
        signer: signer, nonce: relay.nonce, deadline: relay.deadline, message: relay.message)
    precondition(own == relay || (try? own.verify(signature, separator: separator)) == nil)
}

private func hashTypedData(_ bytes: inout Bytes) {
    var structs: [TypedStruct] = []
    for _ in 0..<(bytes.byte() % 5) {
        let name = bytes.take(Int(bytes.byte() % 8))
        var members: [TypedStruct.Member] = []
        for _ in 0..<(bytes.byte() % 5) {
            let type = bytes.take(Int(bytes.byte() % 20))
            members.append(.init(type: type, name: bytes.take(Int(bytes.byte() % 4))))
        }
        structs.append(TypedStruct(name: name, members: members))
    }
    guard let types = try? TypedDataTypes(structs) else { return }
    for index in types.structs.indices {
        precondition(types.index(of: types.structs[index].name) == index)
        precondition(Keccak256.hash(types.encodeType(index)) == types.typeHashes[index])
    }
}
