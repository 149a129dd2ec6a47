import ABI
import JSON

/// The operations on the codec, with the errors of each layer as refusals.
package enum Codec {
    /// The types in the member `types`, an array of strings.
    static func parameters(_ fields: RequestFields) throws(ToolFailure) -> [ABIParameter] {
        var types = try fields.required("types")
        var parameters: [ABIParameter] = []
        try types.array { (reader, _) throws(ToolFailure) in
            let text = String(decoding: try reader.text(), as: UTF8.self)
            parameters.append(ABIParameter("", try type(text)))
        }
        return parameters
    }

    package static func type(_ text: String) throws(ToolFailure) -> ABIType {
        do throws(SignatureError) {
            return try ABIType(parsing: text)
        } catch {
            throw ToolFailure(error, in: text)
        }
    }

    package static func encode(
        _ values: ValueReader, as parameters: [ABIParameter], packed: Bool
    ) throws(ToolFailure) -> [UInt8] {
        var reader = values
        let values = try reader.abiValues(of: parameters)
        try reader.finish()
        do throws(ABIError) {
            return packed
                ? try ABIEncoder.encodePacked(values, as: parameters)
                : try ABIEncoder.encode(values, as: parameters)
        } catch {
            throw ToolFailure(error)
        }
    }

    package static func decode(
        _ data: [UInt8], as parameters: [ABIParameter]
    ) throws(ToolFailure) -> [ABIValue] {
        do throws(ABIError) {
            return try ABIDecoder.decode(parameters, from: data)
        } catch {
            throw ToolFailure(error)
        }
    }

    package static func selector(of signature: String) throws(ToolFailure) -> [UInt8] {
        do throws(SignatureError) {
            return try ABIFunction(parsing: signature).selectorBytes
        } catch {
            throw ToolFailure(error, in: signature)
        }
    }

    /// The address with its checksum.
    package static func signer(of digest: [UInt8], signature: [UInt8]) throws(ToolFailure) -> String
    {
        guard let digest = Bytes32(digest) else {
            throw ToolFailure("typeMismatch", "a digest has 32 bytes, not \(digest.count)")
        }
        do throws(RecoveryError) {
            return try RecoverableSignature(signature).signer(of: digest).checksummed
        } catch {
            throw ToolFailure(error)
        }
    }
}
