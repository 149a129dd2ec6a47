import ABI
import Foundation
import JSON
import RollupServer
import Vouchers

/// The objects of the v2 node's JSON-RPC. What has no counterpart here is null, or the value that
/// a node has before it knows better.
extension CartesiMethods {
    func writeApplication(to json: inout JSONWriter) {
        let created = Self.time(history.inputs.first?.metadata.blockTimestamp ?? latest.timestamp)
        let updated = Self.time(history.inputs.last?.metadata.blockTimestamp ?? latest.timestamp)
        json.beginObject()
        json.string("name", settings.name)
        json.string("iapplication_address", settings.application.checksummed)
        json.string("iconsensus_address", Address.zero.checksummed)
        json.string("iinputbox_address", settings.inputBox.checksummed)
        json.hex("template_hash", Bytes32.zero.bytes)
        json.quantity("epoch_length", 1)
        json.hex("data_availability", Self.dataAvailability(settings.inputBox))
        json.string("state", failure == nil ? "ENABLED" : "INOPERABLE")
        json.string("reason", failure ?? "")
        json.quantity("iinputbox_block", BlockClock.firstNumber)
        json.quantity("last_input_check_block", latest.number)
        json.quantity("last_output_check_block", latest.number)
        json.quantity("processed_inputs", UInt64(history.processed))
        json.string("created_at", created)
        json.string("updated_at", updated)
        json.beginObject("execution_parameters")
        json.string("snapshot_policy", "NONE")
        for name in Self.limits { json.quantity(name, 0) }
        json.number("max_concurrent_inspects", 1)
        json.string("created_at", created)
        json.string("updated_at", updated)
        json.endObject()
        json.endObject()
    }

    /// Nothing here has a limit of cycles or time.
    private static let limits: [StaticString] = [
        "advance_inc_cycles", "advance_max_cycles", "inspect_inc_cycles", "inspect_max_cycles",
        "advance_inc_deadline", "advance_max_deadline", "inspect_inc_deadline",
        "inspect_max_deadline", "load_deadline", "store_deadline", "fast_deadline",
    ]

    func write(_ input: StoredInput, to json: inout JSONWriter) {
        let metadata = input.metadata
        json.beginObject()
        json.quantity("epoch_index", metadata.index)
        json.quantity("index", metadata.index)
        json.quantity("block_number", metadata.blockNumber)
        json.hex("raw_data", metadata.encoded(with: input.payload))
        json.beginObject("decoded_data")
        json.quantity("chain_id", metadata.chainID)
        json.string("application_contract", metadata.application.checksummed)
        json.string("sender", metadata.sender.checksummed)
        json.quantity("block_number", metadata.blockNumber)
        json.quantity("block_timestamp", metadata.blockTimestamp)
        json.hex("prev_randao", metadata.prevRandao.bytes)
        json.quantity("index", metadata.index)
        json.hex("payload", input.payload)
        json.endObject()
        json.string("status", input.status.rawValue)
        json.null("machine_hash")
        json.hex("outputs_hash", orNull: input.root)
        json.hex("transaction_reference", input.transaction.bytes)
        json.times(Self.time(metadata.blockTimestamp))
        json.endObject()
    }

    func writeOutput(_ index: Int, to json: inout JSONWriter) {
        let output = history.outputs[index]
        json.beginObject()
        json.quantity("epoch_index", output.input)
        json.quantity("input_index", output.input)
        json.quantity("index", UInt64(index))
        json.hex("raw_data", output.encoded)
        json.beginObject("decoded_data")
        json.hex("type", Array(output.encoded.prefix(4)))
        switch output.output {
        case .notice(let payload):
            json.hex("payload", payload)
        case .voucher(let destination, let value, let payload):
            json.string("destination", destination.checksummed)
            json.string("value", value.hexadecimal)
            json.hex("payload", payload)
        case .delegateCallVoucher(let destination, let payload):
            json.string("destination", destination.checksummed)
            json.hex("payload", payload)
        }
        json.endObject()
        json.hex("hash", orNull: history.tree.leaf(at: UInt64(index)))
        json.beginArray("output_hashes_siblings")
        for sibling in history.tree.proof(of: UInt64(index))?.siblings ?? [] {
            json.hex(sibling.bytes)
        }
        json.endArray()
        json.hex("execution_transaction_hash", orNull: output.execution)
        json.times(Self.time(history.inputs[Int(output.input)].metadata.blockTimestamp))
        json.endObject()
    }

    func writeReport(_ index: Int, to json: inout JSONWriter) {
        let report = history.reports[index]
        json.beginObject()
        json.quantity("epoch_index", report.input)
        json.quantity("input_index", report.input)
        json.quantity("index", UInt64(index))
        json.hex("raw_data", report.payload)
        json.times(Self.time(history.inputs[Int(report.input)].metadata.blockTimestamp))
        json.endObject()
    }

    /// `InputBox(address)` of the contracts.
    private static func dataAvailability(_ inputBox: Address) -> [UInt8] {
        let function = ABIFunction("InputBox", ABIParameter("inputBox", .address))
        return (try? function.encode([.address(inputBox)])) ?? []
    }

    /// ISO 8601. There is no other clock than the chain's.
    private static func time(_ seconds: UInt64) -> String {
        Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
    }
}

extension UInt256 {
    /// `0x` and the digits without leading zeros.
    var hexadecimal: String {
        let digits = Hex.string(bytes32.bytes).dropFirst(2).drop { $0 == "0" }
        return "0x" + (digits.isEmpty ? "0" : String(digits))
    }
}

extension JSONWriter {
    fileprivate mutating func hex(_ name: StaticString, orNull value: Bytes32?) {
        if let value {
            hex(name, value.bytes)
        } else {
            null(name)
        }
    }

    fileprivate mutating func times(_ text: String) {
        string("created_at", text)
        string("updated_at", text)
    }
}
