import ABI
import JSON
import Vouchers

/// The read methods of the v2 node's JSON-RPC, for one application.
///
/// Every input is an epoch of its own, whose claim counts as accepted: outputs have their proofs at
/// once.
struct CartesiMethods {
    let settings: NodeSettings
    let history: History
    let latest: BlockClock.Block
    let failure: String?

    /// Rows of a list when nobody says how many, and at most.
    static let defaultLimit: UInt64 = 50
    static let maximalLimit: UInt64 = 10_000

    private static let page = ["limit", "offset", "descending"]

    /// The JSON of the result.
    func call(_ method: String, _ value: JSONValue?) throws(RPCError) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        switch method {
        case "cartesi_listApplications":
            let parameters = try RPCParameters(value, names: Self.page)
            try list([0], parameters, to: &json) { _, json in writeApplication(to: &json) }
        case "cartesi_getApplication":
            _ = try forApplication(value, names: [])
            json.key("data")
            writeApplication(to: &json)
        case "cartesi_getProcessedInputCount":
            _ = try forApplication(value, names: [])
            json.quantity("data", UInt64(history.processed))
        case "cartesi_listInputs": try listInputs(value, to: &json)
        case "cartesi_listOutputs": try listOutputs(value, to: &json)
        case "cartesi_listReports": try listReports(value, to: &json)
        case "cartesi_getInput":
            let row = try row("Input", "input_index", value, count: history.inputs.count)
            json.key("data")
            write(history.inputs[row], to: &json)
        case "cartesi_getOutput":
            let row = try row("Output", "output_index", value, count: history.outputs.count)
            json.key("data")
            writeOutput(row, to: &json)
        case "cartesi_getReport":
            let row = try row("Report", "report_index", value, count: history.reports.count)
            json.key("data")
            writeReport(row, to: &json)
        case "cartesi_getLastAcceptedEpochIndex":
            _ = try forApplication(value, names: [])
            guard history.processed > 0 else { throw .notFound("Epoch") }
            json.quantity("data", UInt64(history.processed - 1))
        case "cartesi_getChainId":
            json.quantity("data", settings.chainID)
        case "cartesi_getNodeVersion":
            json.string("data", "2.0.0")
        default:
            throw .unknownMethod(method)
        }
        json.endObject()
        return json.bytes
    }

    /// The row of a list of `count` that the parameter `name` names.
    private func row(
        _ what: String, _ name: String, _ value: JSONValue?, count: Int
    ) throws(RPCError) -> Int {
        let index = try required(name, try forApplication(value, names: [name]))
        guard index < count else { throw .notFound(what) }
        return Int(index)
    }

    private func listInputs(
        _ value: JSONValue?, to json: inout JSONWriter
    ) throws(RPCError) {
        let parameters = try forApplication(
            value, names: ["epoch_index", "sender"] + Self.page)
        var rows = try range(of: "epoch_index", parameters, count: history.inputs.count)
            .map { $0 }
        if let sender = try address("sender", parameters) {
            rows.removeAll { history.inputs[$0].metadata.sender != sender }
        }
        try list(rows, parameters, to: &json) { row, json in
            write(history.inputs[row], to: &json)
        }
    }

    private func listOutputs(
        _ value: JSONValue?, to json: inout JSONWriter
    ) throws(RPCError) {
        let parameters = try forApplication(
            value,
            names: ["epoch_index", "input_index", "output_type", "voucher_address"] + Self.page)
        var rows = Array(try ofInputs(parameters) { $0.outputs } ?? history.outputs.indices)
        if let type = parameters["output_type"] {
            guard let bytes = type.bytes, bytes.count == 4 else {
                throw .invalidParameters("output_type is a selector of four bytes")
            }
            rows.removeAll { !history.outputs[$0].encoded.starts(with: bytes) }
        }
        if let wanted = try address("voucher_address", parameters) {
            rows.removeAll { history.outputs[$0].output.destination != wanted }
        }
        try list(rows, parameters, to: &json) { row, json in writeOutput(row, to: &json) }
    }

    private func listReports(
        _ value: JSONValue?, to json: inout JSONWriter
    ) throws(RPCError) {
        let parameters = try forApplication(
            value, names: ["epoch_index", "input_index"] + Self.page)
        let rows = Array(try ofInputs(parameters) { $0.reports } ?? history.reports.indices)
        try list(rows, parameters, to: &json) { row, json in writeReport(row, to: &json) }
    }
}

extension CartesiMethods {
    /// Refuses other applications.
    private func forApplication(
        _ value: JSONValue?, names: [String]
    ) throws(RPCError) -> RPCParameters {
        let parameters = try RPCParameters(value, names: ["application"] + names)
        guard let name = parameters["application"]?.text else {
            throw .invalidParameters("application is missing")
        }
        guard settings.isApplication(name) else { throw .applicationNotFound }
        return parameters
    }

    private func required(_ name: String, _ parameters: RPCParameters) throws(RPCError) -> UInt64 {
        guard let index = parameters[name]?.unsigned else {
            throw .invalidParameters("\(name) is 0x and 1 to 16 hexadecimal digits")
        }
        return index
    }

    private func address(
        _ name: String, _ parameters: RPCParameters
    ) throws(RPCError) -> Address? {
        guard let value = parameters[name] else { return nil }
        guard let address = value.address else {
            throw .invalidParameters("\(name) is 0x and 40 hexadecimal digits")
        }
        return address
    }

    /// All rows of a list of `count`, or the one that the parameter names.
    private func range(
        of name: String, _ parameters: RPCParameters, count: Int
    ) throws(RPCError) -> Range<Int> {
        guard parameters[name] != nil else { return 0..<count }
        let index = try required(name, parameters)
        guard index < count else { return 0..<0 }
        return Int(index)..<Int(index) + 1
    }

    /// The rows of the one input that the parameters name, by its epoch or its index; nil when they
    /// name none.
    private func ofInputs(
        _ parameters: RPCParameters, rows: (StoredInput) -> Range<Int>
    ) throws(RPCError) -> Range<Int>? {
        let count = history.inputs.count
        let epochs = try range(of: "epoch_index", parameters, count: count)
        let inputs = try range(of: "input_index", parameters, count: count)
        guard parameters["epoch_index"] != nil || parameters["input_index"] != nil else {
            return nil
        }
        guard let index = epochs.clamped(to: inputs).first else { return 0..<0 }
        return rows(history.inputs[index])
    }

    private func list(
        _ rows: [Int], _ parameters: RPCParameters, to json: inout JSONWriter,
        write: (Int, inout JSONWriter) -> Void
    ) throws(RPCError) {
        let limit = try number("limit", parameters) ?? Self.defaultLimit
        let offset = try number("offset", parameters) ?? 0
        guard limit >= 1 else { throw .invalidParameters("limit is at least 1") }
        let applied = min(limit, Self.maximalLimit)
        var rows = rows
        if case .bool(true) = parameters["descending"] { rows.reverse() }
        json.beginArray("data")
        let start = Int(min(offset, UInt64(rows.count)))
        for row in rows[start...].prefix(Int(applied)) {
            write(row, &json)
            guard json.bytes.count <= RPCEnvelope.responseLimit else { throw .responseTooLarge }
        }
        json.endArray()
        json.beginObject("pagination")
        json.number("total_count", UInt64(rows.count))
        json.number("limit", applied)
        json.number("offset", offset)
        json.endObject()
    }

    private func number(_ name: String, _ parameters: RPCParameters) throws(RPCError) -> UInt64? {
        guard let value = parameters[name] else { return nil }
        guard let number = value.unsigned, number < 1 << 62 else {
            throw .invalidParameters("\(name) is a number that is not below 0")
        }
        return number
    }
}

extension NodeSettings {
    /// Whether `name` is the application's name or its address in any case.
    func isApplication(_ name: String) -> Bool {
        name == self.name || Address(hex: name) == application
    }
}
