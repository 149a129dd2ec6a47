import ABI
import JSON

/// The operations on the codec, with the errors of each layer as refusals.
enum Codec {
    /// The types in the member `types`, an array of strings.
    static func parameters(_ fields: RequestFields) throws(BatchRefusal) -> [ABIParameter] {
        var types = try fields.required("types")
        var parameters: [ABIParameter] = []
        try types.array { (reader, _) throws(BatchRefusal) in
            let text = String(decoding: try reader.text(), as: UTF8.self)
            parameters.append(ABIParameter("", try type(text)))
        }
        return parameters
    }

    static func type(_ text: String) throws(BatchRefusal) -> ABIType {
        do throws(SignatureError) {
            return try ABIType(parsing: text)
        } catch {
            throw BatchRefusal(error, in: text)
        }
    }

    static func encode(
        _ values: ValueReader, as parameters: [ABIParameter], packed: Bool
    ) throws(BatchRefusal) -> [UInt8] {
        var reader = values
        let values = try reader.abiValues(of: parameters)
        try reader.finish()
        do throws(ABIError) {
            return packed
                ? try ABIEncoder.encodePacked(values, as: parameters)
                : try ABIEncoder.encode(values, as: parameters)
        } catch {
            throw BatchRefusal(error)
        }
    }

    static func decode(
        _ data: [UInt8], as parameters: [ABIParameter]
    ) throws(BatchRefusal) -> [ABIValue] {
        do throws(ABIError) {
            return try ABIDecoder.decode(parameters, from: data)
        } catch {
            throw BatchRefusal(error)
        }
    }

    static func selector(of signature: String) throws(BatchRefusal) -> [UInt8] {
        do throws(SignatureError) {
            return try ABIFunction(parsing: signature).selectorBytes
        } catch {
            throw BatchRefusal(error, in: signature)
        }
    }

    /// The address with its checksum.
    static func signer(of digest: [UInt8], signature: [UInt8]) throws(BatchRefusal) -> String {
        guard let digest = Bytes32(digest) else {
            throw BatchRefusal("typeMismatch", "a digest has 32 bytes")
        }
        do throws(RecoveryError) {
            return try RecoverableSignature(signature).signer(of: digest).checksummed
        } catch {
            throw BatchRefusal(error)
        }
    }
}
