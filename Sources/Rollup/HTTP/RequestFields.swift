import ABI
import JSON
import Vouchers

/// The members of a request as they stand in its JSON, before their meaning is known: the type may
/// come after the data.
struct RequestFields {
    private(set) var type: JSONKey?
    private(set) var payload: [UInt8]?
    private var numbers = Metadata()
    private var appContract: [UInt8]?
    private var messageSender: [UInt8]?
    private var prevRandao: Bytes32?

    mutating func read(_ bytes: [UInt8]) throws(JSONError) {
        var json = JSONReader(bytes)
        try json.beginObject()
        while let key = try json.nextKey() {
            if try json.skipNull() { continue }
            switch key {
            case "request_type": type = JSONKey(bytes: try json.readString())
            case "data": try readData(&json)
            default: try json.skipValue()
            }
        }
        try json.finish()
    }

    /// The metadata, once the lengths of its byte strings are proved.
    func metadata() throws(RequestError) -> Metadata {
        var result = numbers
        result.appContract = try address(appContract)
        result.messageSender = try address(messageSender)
        result.prevRandao = prevRandao
        return result
    }

    private func address(_ bytes: [UInt8]?) throws(RequestError) -> Address? {
        guard let bytes else { return nil }
        guard bytes.count == 20, let address = Address(bytes) else { throw .wrongLength }
        return address
    }

    private mutating func readData(_ json: inout JSONReader) throws(JSONError) {
        try json.beginObject()
        while let key = try json.nextKey() {
            if try json.skipNull() { continue }
            switch key {
            case "metadata": try readMetadata(&json)
            case "payload": payload = try json.readHex()
            default: try json.skipValue()
            }
        }
    }

    private mutating func readMetadata(_ json: inout JSONReader) throws(JSONError) {
        try json.beginObject()
        while let key = try json.nextKey() {
            if try json.skipNull() { continue }
            switch key {
            case "chain_id": numbers.chainID = try json.readUInt64()
            case "app_contract": appContract = try json.readHex()
            case "msg_sender": messageSender = try json.readHex()
            case "block_number": numbers.blockNumber = try json.readUInt64()
            case "block_timestamp": numbers.blockTimestamp = try json.readUInt64()
            case "prev_randao": prevRandao = try json.readWordOrSkip()
            case "input_index": numbers.inputIndex = try json.readUInt64()
            default: try json.skipValue()
            }
        }
    }
}

extension JSONReader {
    /// A value that nothing depends on: a word when it is one, and nil for whatever else servers
    /// make of it, such as a number without its leading zeros.
    fileprivate mutating func readWordOrSkip() throws(JSONError) -> Bytes32? {
        let start = self
        do throws(JSONError) {
            let bytes = try readHex()
            return bytes.count == 32 ? Bytes32(bytes) : nil
        } catch {
            self = start
            try skipValue()
            return nil
        }
    }

    /// Consumes a `null` when one is next.
    fileprivate mutating func skipNull() throws(JSONError) -> Bool {
        guard try peek() == .null else { return false }
        try readNull()
        return true
    }
}
