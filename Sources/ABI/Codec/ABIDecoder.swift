/// The strict decoder: what it accepts is exactly what the encoder writes.
///
/// The canonical encoding lays tails out in the order of the heads, without gaps, so one cursor is
/// enough: every offset must point to it, every body moves it, and at the end it must stand at the
/// end of the bytes. Nothing is read twice, so an encoding cannot be made to expand.
public struct ABIDecoder {
    /// What a decoding came to, finished or refused.
    public struct Cost: Equatable, Sendable {
        /// Values, counting every element of every array; at most `elementLimit`.
        public fileprivate(set) var elements = 0
        /// Bytes that heads and tails took up; at most the bytes that there were.
        public fileprivate(set) var bytes = 0

        public init() {}
    }

    /// Types nested deeper than this are refused.
    public static var depthLimit: Int { 16 }
    /// Values of one decoding, counting every element of every array. An input has room for about
    /// 2,000 words, so only elements that take no bytes can come near it.
    public static var elementLimit: Int { 65_536 }

    private let bytes: [UInt8]
    /// Where the encoding begins in `bytes`; offsets in errors count from here.
    private let start: Int
    private var tail: Int
    private var elementsLeft = ABIDecoder.elementLimit

    private init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        self.start = start
        self.tail = start
    }

    /// Decodes the arguments `parameters` from all of `bytes` behind `start`.
    public static func decode(
        _ parameters: [ABIParameter], from bytes: [UInt8], at start: Int = 0
    ) throws(ABIError) -> [ABIValue] {
        var cost = Cost()
        return try decode(parameters, from: bytes, at: start, cost: &cost)
    }

    /// The same, and says in `cost` what it took, also when it throws.
    public static func decode(
        _ parameters: [ABIParameter], from bytes: [UInt8], at start: Int = 0, cost: inout Cost
    ) throws(ABIError) -> [ABIValue] {
        cost = Cost()
        guard start >= 0, start <= bytes.count else {
            throw .truncated(offset: 0, needed: start, available: bytes.count)
        }
        var decoder = ABIDecoder(bytes, from: start)
        defer {
            cost.elements = elementLimit - decoder.elementsLeft
            cost.bytes = decoder.tail - start
        }
        let values = try decoder.decodeMembers(parameters, depth: 0)
        guard decoder.tail == bytes.count else {
            throw .trailingBytes(offset: decoder.tail - start, count: bytes.count - decoder.tail)
        }
        return values
    }

    /// Decodes a head at the cursor and the tails behind it, and leaves the cursor behind those.
    private mutating func decodeMembers(
        _ parameters: [ABIParameter], depth: Int
    ) throws(ABIError) -> [ABIValue] {
        let base = tail
        try reserve(ABIType.headSize(of: parameters))
        var values: [ABIValue] = []
        values.reserveCapacity(parameters.count)
        var head = base
        for parameter in parameters {
            values.append(try decode(parameter.type, head: &head, base: base, depth: depth))
        }
        return values
    }

    private mutating func decodeElements(
        _ element: ABIType, count: Int, depth: Int
    ) throws(ABIError) -> [ABIValue] {
        let base = tail
        // The product cannot overflow: the caller has proved count · headSize ≤ bytes.count.
        try reserve(element.headSize * count)
        var values: [ABIValue] = []
        values.reserveCapacity(count)
        var head = base
        for _ in 0..<count {
            values.append(try decode(element, head: &head, base: base, depth: depth))
        }
        return values
    }

    /// Moves the cursor behind a head of `size` bytes.
    private mutating func reserve(_ size: Int) throws(ABIError) {
        guard size <= bytes.count - tail else {
            throw .truncated(
                offset: tail - start, needed: size, available: bytes.count - tail)
        }
        tail += size
    }

    private mutating func decode(
        _ type: ABIType, head: inout Int, base: Int, depth: Int
    ) throws(ABIError) -> ABIValue {
        guard depth < ABIDecoder.depthLimit else { throw .tooDeep }
        guard elementsLeft > 0 else { throw .tooManyElements(offset: head - start) }
        elementsLeft -= 1
        if type.isDynamic {
            let offset = UInt256(word(at: head))
            guard offset == UInt256(UInt64(tail - base)) else {
                throw .nonCanonicalOffset(offset: head - start, expected: tail - base)
            }
            head += 32
            return try decodeBody(type, depth: depth)
        }
        return try decodeInPlace(type, head: &head, base: base, depth: depth)
    }

    /// A static value, which stands in the head itself.
    private mutating func decodeInPlace(
        _ type: ABIType, head: inout Int, base: Int, depth: Int
    ) throws(ABIError) -> ABIValue {
        switch type {
        case .fixedArray(let element, let count):
            guard count <= elementsLeft else { throw .tooManyElements(offset: head - start) }
            var values: [ABIValue] = []
            for _ in 0..<count {
                values.append(try decode(element, head: &head, base: base, depth: depth + 1))
            }
            return .array(values)
        case .tuple(let parameters):
            var values: [ABIValue] = []
            for parameter in parameters {
                values.append(
                    try decode(parameter.type, head: &head, base: base, depth: depth + 1))
            }
            return .tuple(values)
        default:
            let value = try decodeWord(type, at: head)
            head += 32
            return value
        }
    }

    /// A value of one word.
    private func decodeWord(_ type: ABIType, at position: Int) throws(ABIError) -> ABIValue {
        let word = word(at: position)
        let number = UInt256(word)
        switch type {
        case .uint(let bits):
            guard number.bitWidth <= bits else { throw .dirtyPadding(offset: position - start) }
            return .number(number)
        case .int(let bits):
            guard number.isSignExtended(from: bits) else {
                throw .dirtyPadding(offset: position - start)
            }
            return .number(number)
        case .bool:
            guard number == .zero || number == .one else {
                throw .invalidBool(offset: position - start)
            }
            return .bool(number == .one)
        case .address:
            guard let address = Address(word) else {
                throw .dirtyPadding(offset: position - start)
            }
            return .address(address)
        case .fixedBytes(let count):
            guard isZero(from: position + count, to: position + 32) else {
                throw .dirtyPadding(offset: position + count - start)
            }
            return .fixedBytes(Array(bytes, position..<(position + count)))
        case .bytes, .string, .array, .fixedArray, .tuple:
            throw .typeMismatch
        }
    }

    /// A dynamic value, at the cursor.
    private mutating func decodeBody(_ type: ABIType, depth: Int) throws(ABIError) -> ABIValue {
        switch type {
        case .bytes:
            let (first, count) = try decodeBytes()
            return .bytes(Array(bytes, first..<(first + count)))
        case .string:
            let (first, count) = try decodeBytes()
            guard
                let text = String(
                    validating: bytes[first..<(first + count)], as: UTF8.self)
            else { throw .invalidUTF8(offset: first - start) }
            return .string(text)
        case .array(let element):
            let position = tail
            let size = element.headSize
            try reserve(32)
            let limit = size == 0 ? elementsLeft : (bytes.count - tail) / size
            guard let count = UInt256(word(at: position)).asUInt64, count <= UInt64(limit) else {
                throw .lengthTooLarge(offset: position - start, available: limit)
            }
            guard Int(count) <= elementsLeft else {
                throw .tooManyElements(offset: position - start)
            }
            return .array(
                try decodeElements(element, count: Int(count), depth: depth + 1))
        case .fixedArray(let element, let count):
            // A dynamic element takes 32 bytes of head, which bounds the count as above.
            guard count <= (bytes.count - tail) / 32 else {
                throw .truncated(
                    offset: tail - start, needed: 32, available: bytes.count - tail)
            }
            return .array(try decodeElements(element, count: count, depth: depth + 1))
        case .tuple(let parameters):
            return .tuple(try decodeMembers(parameters, depth: depth + 1))
        case .uint, .int, .bool, .address, .fixedBytes:
            throw .typeMismatch
        }
    }

    /// The place and the length of `bytes` or `string` data at the cursor.
    private mutating func decodeBytes() throws(ABIError) -> (first: Int, count: Int) {
        let position = tail
        try reserve(32)
        let available = bytes.count - tail
        guard let length = UInt256(word(at: position)).asUInt64, length <= UInt64(available) else {
            throw .lengthTooLarge(offset: position - start, available: available)
        }
        let first = tail
        let count = Int(length)
        try reserve((count + 31) / 32 * 32)
        guard isZero(from: first + count, to: tail) else {
            throw .dirtyPadding(offset: first + count - start)
        }
        return (first, count)
    }

    /// The word at `position`, which `reserve` has proved to exist.
    private func word(at position: Int) -> Bytes32 {
        Bytes32(bytes, at: position) ?? .zero
    }

    private func isZero(from first: Int, to end: Int) -> Bool {
        var position = first
        while position < end {
            if bytes[position] != 0 { return false }
            position += 1
        }
        return true
    }
}

extension UInt256 {
    /// Whether the value is a two's complement number of `bits` bits, extended to 256.
    package func isSignExtended(from bits: Int) -> Bool {
        let complement = UInt256(limbs: (~limbs.0, ~limbs.1, ~limbs.2, ~limbs.3))
        return (isNegativeTwosComplement ? complement : self).bitWidth < bits
    }
}
