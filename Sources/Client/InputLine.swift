import ABI
import JSON
import Rollup
import Vouchers

/// The forms in which an input leaves the tool, a line each.
package enum InputLine {
    private static let addInput = ABIFunction(
        "addInput", ABIParameter("appContract", .address), ABIParameter("payload", .bytes))

    /// Lines of `inputs.jsonl`, a block after each other, twelve seconds apart; `first` is the metadata
    /// of the first.
    package static func fixture(_ payloads: [[UInt8]], from first: Metadata) -> [[UInt8]] {
        var metadata = first
        return payloads.map { payload in
            var json = JSONWriter()
            RollupRequest.advance(Input(metadata: metadata, payload: payload)).write(to: &json)
            metadata.blockNumber? &+= 1
            metadata.blockTimestamp? &+= 12
            metadata.inputIndex? &+= 1
            return json.bytes
        }
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
