import ABI
import JSON

/// An `eth_signTypedData_v4` object: types, primary type, domain and message.
///
/// Strict where wallets differ: every member of a type must be there, except structs, and nothing
/// else may be; values are of their type, integers also as hexadecimal strings. As wallets do, it
/// takes the type of the domain from the members of the domain when `types` does not declare it, and
/// the primary type, when it is not named, to be the one struct that no other refers to.
package struct TypedDataRequest {
    private static let domainName = Array("EIP712Domain".utf8)

    private let types: TypedDataTypes
    private let primary: Int
    private let domain: [TypedDataValue]
    /// Nil when the domain itself is the primary type: then it is all that is signed.
    private let message: [TypedDataValue]?
    private let domainIndex: Int

    package init(_ line: [UInt8]) throws(ToolFailure) {
        let fields = try RequestFields(line)
        var structs = try TypedDataRequest.structs(try fields.required("types"))
        if !structs.contains(where: { $0.name == TypedDataRequest.domainName }) {
            structs.append(try TypedDataRequest.domainStruct(try fields.required("domain")))
        }
        do throws(TypedDataError) {
            types = try TypedDataTypes(structs)
        } catch {
            throw ToolFailure(error)
        }
        guard let domainIndex = types.index(of: TypedDataRequest.domainName) else {
            throw .missing("domain")
        }
        self.domainIndex = domainIndex
        if var name = fields.value("primaryType") {
            let text = try name.text()
            guard let index = types.index(of: text) else {
                throw ToolFailure(
                    "unknownType",
                    "nothing defines the primary type "
                        + "\"\(String(decoding: text, as: UTF8.self).shortened)\"")
            }
            primary = index
        } else {
            primary = try TypedDataRequest.root(of: types, except: domainIndex)
        }
        var domainReader = try fields.required("domain")
        domain = try domainReader.members(of: domainIndex, in: types)
        if primary == domainIndex {
            message = nil
        } else {
            var messageReader = try fields.required("message")
            message = try messageReader.members(of: primary, in: types)
        }
    }

    /// What a wallet signs.
    package var digest: Bytes32 {
        get throws(ToolFailure) {
            do throws(TypedDataError) {
                let separator = try types.hash(domain, of: domainIndex)
                guard message != nil else {
                    return Keccak256.hash([0x19, 0x01] + separator.bytes)
                }
                return EIP712Domain.digest(
                    separator: separator, message: Keccak256.hash(try encodedMessage))
            } catch {
                throw ToolFailure(error)
            }
        }
    }

    /// The type hash and the members of the message, one word each.
    var encodedMessage: [UInt8] {
        get throws(TypedDataError) { try types.encodeData(message ?? domain, of: primary) }
    }

    /// The one struct that no other struct holds.
    private static func root(
        of types: TypedDataTypes, except domain: Int
    ) throws(ToolFailure) -> Int {
        var isHeld = [Bool](repeating: false, count: types.structs.count)
        for (holder, members) in types.memberTypes.enumerated() {
            for member in members {
                if let held = member.structure, held != holder { isHeld[held] = true }
            }
        }
        let roots = types.structs.indices.filter { !isHeld[$0] && $0 != domain }
        guard roots.count == 1, let root = roots.first else {
            throw .missing("primaryType")
        }
        return root
    }

    private static func structs(_ reader: ValueReader) throws(ToolFailure) -> [TypedStruct] {
        var reader = reader
        var structs: [TypedStruct] = []
        try reader.object { (reader, name) throws(ToolFailure) in
            var members: [TypedStruct.Member] = []
            try reader.array { (reader, _) throws(ToolFailure) in
                members.append(try member(&reader))
            }
            structs.append(TypedStruct(name: name.bytes, members: members))
        }
        return structs
    }

    private static func member(
        _ reader: inout ValueReader
    ) throws(ToolFailure) -> TypedStruct.Member {
        var (type, name): ([UInt8]?, [UInt8]?)
        try reader.object { (reader, key) throws(ToolFailure) in
            switch key {
            case "type": type = try reader.text()
            case "name": name = try reader.text()
            default: try reader.skip()
            }
        }
        guard let type else { throw .missing("type") }
        guard let name else { throw .missing("name") }
        return TypedStruct.Member(type: type, name: name)
    }

    /// The type of a domain with these members, in the order of the standard.
    private static func domainStruct(_ reader: ValueReader) throws(ToolFailure) -> TypedStruct {
        let standard = [
            ("string", "name"), ("string", "version"), ("uint256", "chainId"),
            ("address", "verifyingContract"), ("bytes32", "salt"),
        ]
        var reader = reader
        var present: [[UInt8]] = []
        try reader.object { (reader, key) throws(ToolFailure) in
            present.append(key.bytes)
            try reader.skip()
        }
        let members = standard.filter { present.contains(Array($0.1.utf8)) }
        return TypedStruct(
            name: domainName,
            members: members.map {
                TypedStruct.Member(type: Array($0.0.utf8), name: Array($0.1.utf8))
            })
    }
}
