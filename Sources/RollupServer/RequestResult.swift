import ABI
import JSON
import Rollup
import Vouchers

/// One request in the form of a `/finish` answer: the bytes that the application will read.
public struct RequestJSON: Equatable, Sendable {
    public enum Kind: Equatable, Sendable {
        case advance
        case inspect
    }

    public let bytes: [UInt8]
    public let kind: Kind

    /// Writes `request`.
    public init(_ request: RollupRequest) {
        var json = JSONWriter()
        request.write(to: &json)
        bytes = json.bytes
        switch request {
        case .advance: kind = .advance
        case .inspect: kind = .inspect
        }
    }

    /// Reads only `request_type`; what else the bytes say is the application's to judge.
    ///
    /// Throws `MalformedRequestJSON` when that member is missing or names no known request.
    public init(_ bytes: [UInt8]) throws(MalformedRequestJSON) {
        guard let type = (try? JSONValue(parsing: bytes))?["request_type"]?.text else {
            throw MalformedRequestJSON(
                reason: "expected a JSON object with a string member \"request_type\"")
        }
        switch type {
        case "advance_state": kind = .advance
        case "inspect_state": kind = .inspect
        default:
            throw MalformedRequestJSON(
                reason: "expected request_type \"advance_state\" or \"inspect_state\", "
                    + "found \"\(type)\"")
        }
        self.bytes = bytes
    }
}

/// The bytes given for a request are not in the form of a `/finish` answer.
public struct MalformedRequestJSON: Error, Equatable, Sendable, CustomStringConvertible {
    public let reason: String

    public var description: String { "not a rollup request: \(reason)" }
}

/// What an application made of one request.
public struct RequestResult: Equatable, Sendable {
    public enum Status: Equatable, Sendable {
        case accept
        case reject
        /// The application gave up for good with this payload.
        case exception(payload: [UInt8])
    }

    public var status: Status
    /// In the order of emission; empty unless an advance was accepted.
    public var outputs: [Output]
    /// Position of the first output among all outputs of the application so far.
    public var firstOutputIndex: UInt64
    public var reports: [[UInt8]]
    /// Outputs that do not count: emitted during an inspect, or undone by a rejection.
    public var droppedOutputs: Int

    public init(
        status: Status, outputs: [Output] = [], firstOutputIndex: UInt64 = 0,
        reports: [[UInt8]] = [], droppedOutputs: Int = 0
    ) {
        self.status = status
        self.outputs = outputs
        self.firstOutputIndex = firstOutputIndex
        self.reports = reports
        self.droppedOutputs = droppedOutputs
    }
}
