import ABI
import JSON
import Marketplace
import Vouchers

/// An output with its place among all outputs of the application.
public struct RecordedOutput: Equatable, Sendable {
    public var index: UInt64
    public var output: Output

    public init(index: UInt64, output: Output) {
        self.index = index
        self.output = output
    }
}

/// What one input caused: one line of `expected.jsonl`.
public struct RecordedOutcome: Equatable, Sendable {
    public enum Status: String, Sendable {
        case accept
        case reject
    }

    public var status: Status
    public var outputs: [RecordedOutput]
    /// Payloads.
    public var reports: [[UInt8]]

    public init(status: Status, outputs: [RecordedOutput] = [], reports: [[UInt8]] = []) {
        self.status = status
        self.outputs = outputs
        self.reports = reports
    }

    /// The outcome of an accepted input whose first output is number `firstIndex`.
    public init(_ outcome: Outcome, firstIndex: UInt64) {
        status = .accept
        reports = outcome.reports
        outputs = []
        for (offset, output) in outcome.outputs.enumerated() {
            outputs.append(RecordedOutput(index: firstIndex + UInt64(offset), output: output))
        }
    }
}

extension RecordedOutcome {
    /// The one form in which an outcome is recorded, without a line break.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("status", status.rawValue)
        writer.beginArray("outputs")
        for recorded in outputs {
            writer.beginObject()
            writer.string("type", recorded.output.kind.rawValue)
            writer.number("index", recorded.index)
            if let destination = recorded.output.destination {
                writer.hex("destination", destination.bytes)
            }
            if case .voucher(_, let value, _) = recorded.output {
                writer.hex("value", value.bytes32.bytes)
            }
            writer.hex("payload", recorded.output.payload)
            writer.endObject()
        }
        writer.endArray()
        writer.beginArray("reports")
        for report in reports {
            writer.beginObject()
            writer.hex("payload", report)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    /// Reads what `json` writes and nothing else, so that no byte of a recording goes unchecked.
    public init(json: [UInt8]) throws(RecordingError) {
        let outcome: RecordedOutcome
        do throws(JSONError) {
            var reader = JSONReader(json)
            outcome = try RecordedOutcome(&reader)
            try reader.finish()
        } catch {
            throw .invalidJSON(code: "\(error.code)", offset: error.offset)
        }
        let canonical = outcome.json
        guard canonical == json else {
            let offset = zip(canonical, json).prefix { $0 == $1 }.count
            throw .notCanonical(offset: offset)
        }
        self = outcome
    }

    /// Members may be missing here: the comparison with the canonical form finds that.
    private init(_ reader: inout JSONReader) throws(JSONError) {
        self.init(status: .accept)
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "status":
                if try reader.readString() == Array(Status.reject.rawValue.utf8) {
                    status = .reject
                }
            case "outputs":
                try reader.beginArray()
                while try reader.nextElement() {
                    outputs.append(try RecordedOutput(&reader))
                }
            case "reports":
                try reader.beginArray()
                while try reader.nextElement() {
                    try reader.beginObject()
                    while let key = try reader.nextKey() {
                        switch key {
                        case "payload": reports.append(try reader.readHex())
                        default: try reader.skipValue()
                        }
                    }
                }
            default:
                try reader.skipValue()
            }
        }
    }
}

extension RecordedOutput {
    fileprivate init(_ reader: inout JSONReader) throws(JSONError) {
        var kind = Output.Kind.notice
        var index: UInt64 = 0
        var destination: Address?
        var value: Bytes32?
        var payload: [UInt8] = []
        try reader.beginObject()
        while let key = try reader.nextKey() {
            switch key {
            case "type":
                kind =
                    Output.Kind(rawValue: String(decoding: try reader.readString(), as: UTF8.self))
                    ?? .notice
            case "index": index = try reader.readUInt64()
            case "destination": destination = Address(try reader.readHex())
            case "value": value = Bytes32(try reader.readHex())
            case "payload": payload = try reader.readHex()
            default: try reader.skipValue()
            }
        }
        self.index = index
        // What lacks a member is nothing that was recorded, which the comparison finds.
        switch (kind, destination, value) {
        case (.voucher, let destination?, let value?):
            output = .voucher(destination: destination, value: UInt256(value), payload: payload)
        case (.delegateCallVoucher, let destination?, _):
            output = .delegateCallVoucher(destination: destination, payload: payload)
        default:
            output = .notice(payload: payload)
        }
    }
}

extension Output {
    /// The kinds, by the names that recordings give them.
    enum Kind: String {
        case voucher
        case delegateCallVoucher = "delegate-call-voucher"
        case notice
    }

    var kind: Kind {
        switch self {
        case .voucher: return .voucher
        case .delegateCallVoucher: return .delegateCallVoucher
        case .notice: return .notice
        }
    }
}

/// Why a line of `expected.jsonl` is not a recording.
public enum RecordingError: Error, Equatable, Sendable, CustomStringConvertible {
    case invalidJSON(code: String, offset: Int)
    /// It says something else than it would if it had been recorded.
    case notCanonical(offset: Int)

    public var description: String {
        switch self {
        case .invalidJSON(let code, let offset):
            return "not JSON of a recorded outcome: \(code) at byte \(offset)"
        case .notCanonical(let offset):
            return "not in the form in which outcomes are recorded, from byte \(offset) on"
        }
    }
}
