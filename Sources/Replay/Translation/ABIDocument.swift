import ABI
import JSON
import Marketplace

/// The published ABI, `docs/deml.abi.json`: the messages and the notices as functions, which is what
/// libraries need to encode the ones and decode the others.
public enum ABIDocument {
    /// A JSON array with one function in each line.
    public static var json: [UInt8] {
        var text = Array("[\n".utf8)
        let functions = MessageFunctions.all + NoticeFunctions.all
        for (index, function) in functions.enumerated() {
            text += Self.json(of: function)
            text += Array((index + 1 < functions.count ? ",\n" : "\n").utf8)
        }
        return text + Array("]\n".utf8)
    }

    private static func json(of function: ABIFunction) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("type", "function")
        writer.string("name", function.name)
        writer.string("stateMutability", "nonpayable")
        writer.key("inputs")
        write(function.parameters, to: &writer)
        writer.beginArray("outputs")
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private static func write(_ parameters: [ABIParameter], to writer: inout JSONWriter) {
        writer.beginArray()
        for parameter in parameters {
            let (members, suffix) = tuple(in: parameter.type)
            writer.beginObject()
            writer.string("name", parameter.name)
            if let members {
                writer.string("type", "tuple" + suffix)
                writer.key("components")
                write(members, to: &writer)
            } else {
                writer.string("type", parameter.type.canonicalName)
            }
            writer.endObject()
        }
        writer.endArray()
    }

    /// The members of a tuple or of the tuples in an array, and the array's brackets.
    private static func tuple(in type: ABIType) -> (members: [ABIParameter]?, suffix: String) {
        switch type {
        case .tuple(let members):
            return (members, "")
        case .array(let element):
            let (members, suffix) = tuple(in: element)
            return (members, suffix + "[]")
        case .fixedArray(let element, let count):
            let (members, suffix) = tuple(in: element)
            return (members, suffix + "[\(count)]")
        case .uint, .int, .bool, .address, .fixedBytes, .bytes, .string:
            return (nil, "")
        }
    }
}
