import TestSupport

@testable import ABI

/// Random types to a depth, and values of them.
struct RandomValues {
    var random: SplitMix64

    init(seed: UInt64) {
        random = SplitMix64(seed: seed)
    }

    mutating func below(_ bound: Int) -> Int { Int(random.next() % UInt64(bound)) }

    mutating func bytes(_ count: Int) -> [UInt8] {
        (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
    }

    mutating func type(depth: Int) -> ABIType {
        switch depth <= 1 ? below(7) : below(11) {
        case 0: return .uint(bits: 8 * (1 + below(32)))
        case 1: return .int(bits: 8 * (1 + below(32)))
        case 2: return .bool
        case 3: return .address
        case 4: return .fixedBytes(1 + below(32))
        case 5: return .bytes
        case 6: return .string
        case 7, 8: return .array(type(depth: depth - 1))
        case 9: return .fixedArray(type(depth: depth - 1), count: 1 + below(3))
        default: return .tuple(parameters(count: 1 + below(4), depth: depth - 1))
        }
    }

    mutating func parameters(count: Int, depth: Int) -> [ABIParameter] {
        (0..<count).map { ABIParameter("p\($0)", type(depth: depth)) }
    }

    mutating func value(of type: ABIType) -> ABIValue {
        switch type {
        case .uint(let bits): return .number(number(bits: bits))
        case .int(let bits):
            let magnitude = number(bits: bits - 1)
            let flipped = UInt256.max.subtracting(magnitude) ?? .zero
            return .number(below(2) == 0 ? magnitude : flipped)
        case .bool: return .bool(below(2) == 0)
        case .address: return .address(Address(bytes(20)) ?? .zero)
        case .fixedBytes(let count): return .fixedBytes(bytes(count))
        case .bytes: return .bytes(bytes(below(70)))
        case .string: return .string(String(repeating: "é", count: below(40)))
        case .array(let element): return .array((0..<below(4)).map { _ in value(of: element) })
        case .fixedArray(let element, let count):
            return .array((0..<count).map { _ in value(of: element) })
        case .tuple(let members): return .tuple(members.map { value(of: $0.type) })
        }
    }

    /// Of at most `bits` bits, near an edge as often as not.
    private mutating func number(bits: Int) -> UInt256 {
        var word = below(3) == 0 ? [UInt8](repeating: 255, count: 32) : bytes(32)
        let width = below(2) == 0 ? bits : below(bits + 1)
        for index in 0..<32 {
            let kept = max(0, min(8, width - 8 * (31 - index)))
            word[index] &= UInt8(truncatingIfNeeded: (1 << kept) - 1)
        }
        return Bytes32(word).map { UInt256($0) } ?? .zero
    }

    /// Changes a few words or bytes, offsets and lengths among them.
    mutating func corrupt(_ original: [UInt8]) -> [UInt8] {
        var bytes = original
        for _ in 0...below(3) {
            let words = bytes.count / 32
            guard words > 0 else { return bytes + [0] }
            let at = 32 * below(words)
            switch below(6) {
            case 0:
                let edges: [UInt64] = [0, 1, 32, 64, UInt64(bytes.count), 1 << 63, .max]
                let word = UInt256(edges[below(edges.count)]).bytes32.bytes
                bytes.replaceSubrange(at..<(at + 32), with: word)
            case 1: bytes[at + 31] &+= [1, 32, 224, 255][below(4)]
            case 2: bytes[below(bytes.count)] ^= 1 << UInt8(below(8))
            case 3: bytes.removeLast(below(bytes.count))
            case 4: bytes.insert(contentsOf: self.bytes(32), at: at)
            default: bytes.append(contentsOf: [UInt8](repeating: 0, count: 1 + below(40)))
            }
        }
        return bytes
    }
}
