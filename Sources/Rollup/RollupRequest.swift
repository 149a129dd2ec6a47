import ABI
import JSON
import Vouchers

/// What the server asks for: the answer to `/finish`, and a line of a fixture.
public enum RollupRequest: Equatable, Sendable {
    case advance(Input)
    case inspect([UInt8])
}

/// Why an answer to `/finish` is no request.
public enum RequestError: Error, Equatable, Sendable {
    case json(JSONError)
    /// `request_type` is missing.
    case missingType
    /// `request_type` is neither `advance_state` nor `inspect_state`.
    case unknownType
    /// `data` has no `payload`.
    case missingPayload
    /// An address of the metadata has not 20 bytes.
    case wrongLength

    /// A stable name, for reports.
    public var code: StaticString {
        switch self {
        case .json: "requestNotJSON"
        case .missingType: "requestWithoutType"
        case .unknownType: "requestOfUnknownType"
        case .missingPayload: "requestWithoutPayload"
        case .wrongLength: "requestMetadataLength"
        }
    }

    /// One sentence, without bytes of the request.
    public var message: StaticString {
        switch self {
        case .json: "the request is not the JSON of the rollup server"
        case .missingType: "the request has no request_type"
        case .unknownType: "request_type is neither advance_state nor inspect_state"
        case .missingPayload: "the data of the request has no payload"
        case .wrongLength: "an address of the metadata has the wrong number of bytes"
        }
    }

    /// Where the JSON is wrong.
    public var offset: Int? {
        switch self {
        case .json(let error): error.offset
        case .missingType, .unknownType, .missingPayload, .wrongLength: nil
        }
    }
}

extension RollupRequest {
    /// Reads `{"request_type": …, "data": {"metadata": {…}, "payload": "0x…"}}`.
    ///
    /// Members may come in any order; unknown ones are ignored, and so is `null`. Metadata that is
    /// missing stays nil, because servers of other generations leave fields out.
    public init(parsingJSON bytes: [UInt8]) throws(RequestError) {
        var fields = RequestFields()
        do throws(JSONError) {
            try fields.read(bytes)
        } catch {
            throw .json(error)
        }
        guard let type = fields.type else { throw .missingType }
        guard let payload = fields.payload else { throw .missingPayload }
        switch type {
        case "advance_state":
            self = .advance(Input(metadata: try fields.metadata(), payload: payload))
        case "inspect_state":
            self = .inspect(payload)
        default:
            throw .unknownType
        }
    }

    /// Writes the same form, with the fields that are there, in the order of the server.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        switch self {
        case .advance(let input):
            json.string("request_type", "advance_state")
            json.beginObject("data")
            RollupRequest.write(input.metadata, to: &json)
            json.hex("payload", input.payload)
        case .inspect(let query):
            json.string("request_type", "inspect_state")
            json.beginObject("data")
            json.hex("payload", query)
        }
        json.endObject()
        json.endObject()
    }

    private static func write(_ metadata: Metadata, to json: inout JSONWriter) {
        json.beginObject("metadata")
        if let value = metadata.chainID { json.number("chain_id", value) }
        if let value = metadata.appContract { json.hex("app_contract", value.bytes) }
        if let value = metadata.messageSender { json.hex("msg_sender", value.bytes) }
        if let value = metadata.blockNumber { json.number("block_number", value) }
        if let value = metadata.blockTimestamp { json.number("block_timestamp", value) }
        if let value = metadata.prevRandao { json.hex("prev_randao", value.bytes) }
        if let value = metadata.inputIndex { json.number("input_index", value) }
        json.endObject()
    }
}
