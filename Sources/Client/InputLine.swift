import ABI
import JSON

/// The forms in which an input leaves the tool, a line each.
package enum InputLine {
    /// The metadata that a fixture's lines carry besides the payload.
    package struct Metadata: Sendable {
        package var chainID: UInt64
        package var application: Address
        package var sender: Address
        package var blockNumber: UInt64
        package var timestamp: UInt64
        package var index: UInt64

        package init(
            chainID: UInt64, application: Address, sender: Address, blockNumber: UInt64,
            timestamp: UInt64, index: UInt64
        ) {
            self.chainID = chainID
            self.application = application
            self.sender = sender
            self.blockNumber = blockNumber
            self.timestamp = timestamp
            self.index = index
        }

        /// That of the next input, one block later.
        var next: Metadata {
            var next = self
            next.blockNumber &+= 1
            next.timestamp &+= 12
            next.index &+= 1
            return next
        }
    }

    private static let addInput = ABIFunction(
        "addInput", ABIParameter("appContract", .address), ABIParameter("payload", .bytes))

    /// Lines of `inputs.jsonl`, a block after each other, twelve seconds apart.
    package static func fixture(_ payloads: [[UInt8]], from first: Metadata) -> [[UInt8]] {
        var metadata = first
        var lines: [[UInt8]] = []
        for payload in payloads {
            var json = JSONWriter()
            json.beginObject()
            json.string("request_type", "advance_state")
            json.beginObject("data")
            json.beginObject("metadata")
            json.number("chain_id", metadata.chainID)
            json.hex("app_contract", metadata.application.bytes)
            json.hex("msg_sender", metadata.sender.bytes)
            json.number("block_number", metadata.blockNumber)
            json.number("block_timestamp", metadata.timestamp)
            json.hex("prev_randao", Bytes32.zero.bytes)
            json.number("input_index", metadata.index)
            json.endObject()
            json.hex("payload", payload)
            json.endObject()
            json.endObject()
            lines.append(json.bytes)
            metadata = metadata.next
        }
        return lines
    }

    /// The call of the InputBox that brings a payload to the application.
    package static func call(_ payload: [UInt8], _ application: Address) throws(ABIError) -> [UInt8]
    {
        try addInput.encode([.address(application), .bytes(payload)])
    }

    /// Transactions to the InputBox: `{"to":"0x…","data":"0x…"}`, as wallets and `cast send` take
    /// them.
    package static func transactions(
        _ payloads: [[UInt8]], application: Address, inputBox: Address
    ) throws(ABIError) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for payload in payloads {
            var json = JSONWriter()
            json.beginObject()
            json.string("to", inputBox.checksummed)
            json.hex("data", try call(payload, application))
            json.endObject()
            lines.append(json.bytes)
        }
        return lines
    }
}
