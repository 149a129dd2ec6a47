import ABI

/// The members of a list, one after the other, as what they are.
struct RLPFields {
    private let items: [RLPItem]
    private var next = 0

    init(_ items: [RLPItem]) {
        self.items = items
    }

    /// A number: the bytes of it, the highest first, without a leading zero.
    mutating func number(_ name: String) throws(TransactionRefusal) -> UInt256 {
        let bytes = try self.bytes(name)
        guard bytes.first != 0 else {
            throw TransactionRefusal(reason: "\(name) has leading zeros")
        }
        guard bytes.count <= 32,
            let word = Bytes32([UInt8](repeating: 0, count: 32 - bytes.count) + bytes)
        else {
            throw TransactionRefusal(reason: "\(name) has \(bytes.count) bytes, at most 32 are due")
        }
        return UInt256(word)
    }

    mutating func uint64(_ name: String) throws(TransactionRefusal) -> UInt64 {
        let number = try self.number(name)
        guard let value = number.asUInt64 else {
            throw TransactionRefusal(reason: "\(name) is \(number), at most 2^64 - 1 is possible")
        }
        return value
    }

    mutating func bytes(_ name: String) throws(TransactionRefusal) -> [UInt8] {
        guard case .bytes(let bytes) = take() else {
            throw TransactionRefusal(reason: "\(name) is missing or a list, bytes are due")
        }
        return bytes
    }

    mutating func address(_ name: String) throws(TransactionRefusal) -> Address {
        let bytes = try self.bytes(name)
        guard bytes.count == 20, let address = Address(bytes) else {
            throw TransactionRefusal(reason: "\(name) has \(bytes.count) bytes, 20 are due")
        }
        return address
    }

    mutating func list(_ name: String) throws(TransactionRefusal) -> [RLPItem] {
        guard case .list(let items) = take() else {
            throw TransactionRefusal(reason: "\(name) is missing or bytes, a list is due")
        }
        return items
    }

    private mutating func take() -> RLPItem? {
        guard next < items.count else { return nil }
        next += 1
        return items[next - 1]
    }
}
