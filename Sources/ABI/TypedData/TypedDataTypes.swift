/// A struct of EIP-712 as its author declares it.
///
/// Names are UTF-8 and are compared byte by byte: two texts that look the same are two names.
public struct TypedStruct: Equatable, Sendable {
    /// A member: a type as written, such as `Person[]`, and a name.
    public struct Member: Equatable, Sendable {
        public let type: [UInt8]
        public let name: [UInt8]

        public init(type: [UInt8], name: [UInt8]) {
            self.type = type
            self.name = name
        }
    }

    public let name: [UInt8]
    public let members: [Member]

    public init(name: [UInt8], members: [Member]) {
        self.name = name
        self.members = members
    }
}

/// The type of a member, resolved.
public indirect enum TypedDataType: Equatable, Sendable {
    /// A number, bool, address, fixed bytes, `bytes` or `string`.
    case elementary(ABIType)
    /// The struct with this index.
    case structure(Int)
    /// `T[]`, or `T[k]` with a count.
    case array(TypedDataType, count: Int?)

    /// The struct that a value is or holds.
    public var structure: Int? {
        switch self {
        case .elementary: return nil
        case .structure(let index): return index
        case .array(let element, _): return element.structure
        }
    }
}

/// The structs of a typed message, which may refer to each other and to themselves.
///
/// `uint` and `int` are types of 256 bits whose names go into the hash as they are written. The standard
/// knows no aliases, but MetaMask, whose signatures people have, signs them so (its published vectors
/// hold both), and no other type is hashed with these names.
///
/// Source: EIP-712, sections "Definition of typed structured data" and "Definition of encodeType".
public struct TypedDataTypes: Sendable {
    /// More structs than this are refused.
    public static var structLimit: Int { 256 }
    /// Structs with more members than this are refused.
    public static var memberLimit: Int { 256 }
    /// Bytes of all names and types; each struct is written out once for each that refers to it.
    public static var textLimit: Int { 65_536 }
    /// Arrays of arrays and values inside of values are refused beyond this.
    public static var depthLimit: Int { 64 }

    public let structs: [TypedStruct]
    /// The types of the members of each struct.
    public private(set) var memberTypes: [[TypedDataType]] = []
    /// `keccak256(encodeType(struct))` for each struct.
    public private(set) var typeHashes: [Bytes32] = []

    public init(_ structs: [TypedStruct]) throws(TypedDataError) {
        self.structs = structs
        try checkNames()
        for declared in structs {
            var types: [TypedDataType] = []
            for member in declared.members {
                types.append(try resolve(member.type))
            }
            memberTypes.append(types)
        }
        for index in structs.indices {
            typeHashes.append(Keccak256.hash(encodeType(index)))
        }
    }

    /// Which struct has this name.
    public func index(of name: [UInt8]) -> Int? {
        for (index, declared) in structs.enumerated() where declared.name == name {
            return index
        }
        return nil
    }

    /// The struct and behind it those that it refers to, sorted by name: `Mail(Person from,string
    /// text)Person(string name)`. Nothing when there is no such struct.
    public func encodeType(_ index: Int) -> [UInt8] {
        guard structs.indices.contains(index) else { return [] }
        var isIncluded = [Bool](repeating: false, count: structs.count)
        isIncluded[index] = true
        var open = [index]
        var referred: [Int] = []
        while let next = open.popLast() {
            for type in memberTypes[next] {
                guard let target = type.structure, !isIncluded[target] else { continue }
                isIncluded[target] = true
                open.append(target)
                referred.append(target)
            }
        }
        referred.sort { structs[$0].name.lexicographicallyPrecedes(structs[$1].name) }
        var text: [UInt8] = []
        append(structs[index], to: &text)
        for target in referred {
            append(structs[target], to: &text)
        }
        return text
    }

    private func append(_ declared: TypedStruct, to text: inout [UInt8]) {
        text.append(contentsOf: declared.name)
        text.append(0x28)
        for (index, member) in declared.members.enumerated() {
            if index > 0 { text.append(0x2C) }
            text.append(contentsOf: member.type)
            text.append(0x20)
            text.append(contentsOf: member.name)
        }
        text.append(0x29)
    }
}

// Checking and resolving, once.
extension TypedDataTypes {
    private func checkNames() throws(TypedDataError) {
        guard structs.count <= TypedDataTypes.structLimit else { throw .tooLarge }
        var size = 0
        for (index, declared) in structs.enumerated() {
            try check(declared.name)
            guard !TypedDataTypes.isReserved(declared.name) else {
                throw .invalidName(declared.name)
            }
            try checkSpaces(declared.name)
            for other in structs[..<index] where other.name == declared.name {
                throw .duplicateName(declared.name)
            }
            guard declared.members.count <= TypedDataTypes.memberLimit else { throw .tooLarge }
            size += declared.name.count
            for (index, member) in declared.members.enumerated() {
                try check(member.name)
                for other in declared.members[..<index] where other.name == member.name {
                    throw .duplicateName(member.name)
                }
                size += member.name.count + member.type.count + 2
                guard size <= TypedDataTypes.textLimit else { throw .tooLarge }
            }
        }
    }

    /// In `encodeType` a space ends the type of a member. A struct's name may hold one only where no
    /// part of it in front of a space is a type itself: the struct `uint256 a` with a member `b` would
    /// read as `uint256` with a member `a b`.
    private func checkSpaces(_ name: [UInt8]) throws(TypedDataError) {
        for (place, byte) in name.enumerated() where byte == 0x20 {
            let front = Array(name[..<place])
            guard !TypedDataTypes.isReserved(front), index(of: front) == nil else {
                throw .invalidName(name)
            }
        }
    }

    /// The standard wants identifiers. Wallets also sign other names, and what they sign is
    /// unambiguous as long as the punctuation of `encodeType` is not part of a name.
    private func check(_ name: [UInt8]) throws(TypedDataError) {
        for byte in name {
            switch byte {
            case 0x00...0x1F, 0x7F, 0x28, 0x29, 0x2C, 0x5B, 0x5D: throw .invalidName(name)
            default: continue
            }
        }
    }

    private static func isReserved(_ name: [UInt8]) -> Bool {
        do throws(SignatureError) {
            _ = try SignatureParser.elementary(name[...], at: 0)
            return true
        } catch {
            return error.code != .unknownType
        }
    }

    private func resolve(_ text: [UInt8]) throws(TypedDataError) -> TypedDataType {
        var counts: [Int?] = []
        var end = text.count
        // The last brackets are the outermost array.
        while end > 0, text[end - 1] == 0x5D {
            guard counts.count < ABIDecoder.depthLimit else { throw .tooDeep }
            var start = end - 1
            while start > 0, text[start - 1] &- 0x30 < 10 { start -= 1 }
            guard start > 0, text[start - 1] == 0x5B else { throw .unknownType(text) }
            guard let count = arrayCount(text[start..<(end - 1)]) else { throw .unknownType(text) }
            counts.append(count)
            end = start - 1
        }
        let name = Array(text[..<end])
        var type: TypedDataType
        if let index = index(of: name) {
            type = .structure(index)
        } else {
            do throws(SignatureError) {
                type = .elementary(try SignatureParser.elementary(name[...], at: 0))
            } catch {
                throw .unknownType(text)
            }
            // "function" is no type of EIP-712.
            guard name != Array("function".utf8) else { throw .unknownType(text) }
        }
        for count in counts.reversed() {
            type = .array(type, count: count)
        }
        return type
    }

    /// The count between brackets, nil within when there is none; nil when it is none that an array
    /// can have.
    private func arrayCount(_ digits: ArraySlice<UInt8>) -> Int?? {
        guard let first = digits.first else { return .some(nil) }
        guard first != 0x30, digits.count <= 18 else { return nil }
        var value = 0
        for digit in digits {
            value = value * 10 + Int(digit &- 0x30)
        }
        return value
    }
}
