import ABI
import Content
import JSON

extension JSONWriter {
    /// Values of the Solidity ABI: integers as decimal strings, because most JSON libraries cannot
    /// hold them as numbers; bytes and addresses in lower-case hexadecimal, tuples and arrays as
    /// arrays.
    ///
    /// `named` is the form for people: tuples as objects by the names of their members, addresses
    /// with their checksum, and bytes that are called CID as its text.
    package mutating func values(
        _ values: [ABIValue], of parameters: [ABIParameter], named: Bool = false
    ) {
        named ? beginObject() : beginArray()
        for (value, parameter) in zip(values, parameters) {
            if named { key(text: parameter.name) }
            self.value(value, of: parameter, named: named)
        }
        named ? endObject() : endArray()
    }

    package mutating func value(_ value: ABIValue, of parameter: ABIParameter, named: Bool) {
        switch (parameter.type, value) {
        case (.int, .number(let number)):
            string(number.signedDescription)
        case (_, .number(let number)):
            string(number.description)
        case (_, .bool(let flag)):
            bool(flag)
        case (_, .address(let address)):
            if named { string(address.checksummed) } else { hex(address.bytes) }
        case (_, .bytes(let bytes)):
            if named, parameter.holdsCID, let text = CID.text(of: bytes) {
                string(text)
            } else {
                hex(bytes)
            }
        case (_, .fixedBytes(let bytes)):
            hex(bytes)
        case (_, .string(let text)):
            string(text)
        case (.array(let element), .array(let values)),
            (.fixedArray(let element, _), .array(let values)):
            let element = ABIParameter(parameter.name, element)
            beginArray()
            for value in values { self.value(value, of: element, named: named) }
            endArray()
        case (.tuple(let members), .tuple(let values)):
            self.values(values, of: members, named: named)
        case (_, .array), (_, .tuple):
            // Not a value of its type, which the decoder does not make.
            null()
        }
    }
}

extension CID {
    /// The text of a binary CID, where the text says the same as the bytes.
    fileprivate static func text(of binary: [UInt8]) -> String? {
        guard let cid = try? CID(binary: binary), cid.binary == binary,
            let back = try? CID(text: Array(cid.text.utf8)), back.binary == binary
        else { return nil }
        return cid.text
    }
}
