import ABI
import JSON

extension JSONWriter {
    /// Values as an array: integers as decimal strings, bytes and addresses in lower-case
    /// hexadecimal, tuples and arrays as arrays.
    mutating func values(_ values: [ABIValue], of parameters: [ABIParameter]) {
        beginArray()
        for (value, parameter) in zip(values, parameters) {
            self.value(value, of: parameter.type)
        }
        endArray()
    }

    private mutating func value(_ value: ABIValue, of type: ABIType) {
        switch (type, value) {
        case (.int, .number(let number)):
            string(number.signedDescription)
        case (_, .number(let number)):
            string(number.description)
        case (_, .bool(let flag)):
            bool(flag)
        case (_, .address(let address)):
            hex(address.bytes)
        case (_, .bytes(let bytes)), (_, .fixedBytes(let bytes)):
            hex(bytes)
        case (_, .string(let text)):
            string(text)
        case (.array(let element), .array(let values)),
            (.fixedArray(let element, _), .array(let values)):
            beginArray()
            for value in values {
                self.value(value, of: element)
            }
            endArray()
        case (.tuple(let members), .tuple(let values)):
            self.values(values, of: members)
        case (_, .array), (_, .tuple):
            // Not a value of its type, which the decoder does not make.
            null()
        }
    }
}
