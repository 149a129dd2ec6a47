/// A value of EIP-712 typed data. Its type says how to hash it.
public indirect enum TypedDataValue: Equatable, Sendable {
    case elementary(ABIValue)
    case array([TypedDataValue])
    /// The members of a struct in the order of its declaration.
    case structure([TypedDataValue])
    /// A struct that is not there, which wallets hash as a word of zeros. It is how types that refer
    /// to themselves come to an end.
    case absent
}

/// Source: EIP-712, sections "Definition of encodeData" and "Definition of hashStruct".
extension TypedDataTypes {
    /// `hashStruct`: Keccak-256 of the type hash and the encoded members.
    public func hash(
        _ members: [TypedDataValue], of index: Int
    ) throws(TypedDataError) -> Bytes32 {
        Keccak256.hash(try encodeData(members, of: index))
    }

    /// What `hash` is the hash of: the type hash and one word for each member.
    public func encodeData(
        _ members: [TypedDataValue], of index: Int
    ) throws(TypedDataError) -> [UInt8] {
        try encodeData(members, of: index, depth: 0)
    }

    private func encodeData(
        _ members: [TypedDataValue], of index: Int, depth: Int
    ) throws(TypedDataError) -> [UInt8] {
        guard structs.indices.contains(index), members.count == memberTypes[index].count else {
            throw .typeMismatch
        }
        var data = typeHashes[index].bytes
        data.reserveCapacity(32 * (members.count + 1))
        for (member, type) in zip(members, memberTypes[index]) {
            try append(member, as: type, to: &data, depth: depth + 1)
        }
        return data
    }

    private func append(
        _ value: TypedDataValue, as type: TypedDataType, to data: inout [UInt8], depth: Int
    ) throws(TypedDataError) {
        guard depth < TypedDataTypes.depthLimit else { throw .tooDeep }
        switch (type, value) {
        case (.elementary(let type), .elementary(let value)):
            try append(value, as: type, to: &data)
        case (.array(let element, let count), .array(let values)):
            guard count == nil || count == values.count else { throw .typeMismatch }
            var contents: [UInt8] = []
            for value in values {
                try append(value, as: element, to: &contents, depth: depth + 1)
            }
            Keccak256.hash(contents).append(to: &data)
        case (.structure(let index), .structure(let members)):
            let encoded = try encodeData(members, of: index, depth: depth)
            Keccak256.hash(encoded).append(to: &data)
        case (.structure, .absent):
            Bytes32.zero.append(to: &data)
        default:
            throw .typeMismatch
        }
    }

    private func append(
        _ value: ABIValue, as type: ABIType, to data: inout [UInt8]
    ) throws(TypedDataError) {
        switch (type, value) {
        case (.bytes, .bytes(let bytes)):
            Keccak256.hash(bytes).append(to: &data)
        case (.string, .string(let text)):
            Keccak256.hash(Array(text.utf8)).append(to: &data)
        default:
            do throws(ABIError) {
                try ABIEncoder.append(value, as: type, to: &data, depth: 0)
            } catch {
                throw .typeMismatch
            }
        }
    }
}
