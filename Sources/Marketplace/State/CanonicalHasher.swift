import ABI
import Content
import Vouchers

/// What has one sequence of canonical bytes, and another value another one.
protocol Canonical {
    func add(to hasher: inout CanonicalHasher)
}

/// Keccak-256 over a sequence of values, each in one form only: numbers in eight bytes, words in
/// 32, addresses in 20, all big-endian; texts behind their length; lists behind their count; a
/// choice as the byte of its case, and what may be absent behind 0 or 1.
struct CanonicalHasher {
    /// Bytes collected before they are hashed.
    private static var chunk: Int { 4_096 }

    private var keccak = Keccak256()
    private var buffer: [UInt8] = []
    /// Bytes so far.
    private(set) var count: UInt64 = 0

    init() {
        buffer.reserveCapacity(2 * CanonicalHasher.chunk)
    }

    /// The digest of everything that was added.
    consuming func finish() -> Bytes32 {
        keccak.update(buffer)
        return keccak.finish()
    }

    mutating func add<A: Canonical>(_ a: A) { a.add(to: &self) }

    mutating func add<A: Canonical, B: Canonical>(_ a: A, _ b: B) {
        add(a)
        add(b)
    }

    mutating func add<A: Canonical, B: Canonical, C: Canonical>(_ a: A, _ b: B, _ c: C) {
        add(a)
        add(b, c)
    }

    mutating func add<A: Canonical, B: Canonical, C: Canonical, D: Canonical>(
        _ a: A, _ b: B, _ c: C, _ d: D
    ) {
        add(a, b)
        add(c, d)
    }

    /// A text.
    mutating func add(_ bytes: [UInt8]) {
        add(bytes.count)
        append(bytes.count) { $0.append(contentsOf: bytes) }
    }

    /// Has `write` put `bytes` bytes behind the others.
    fileprivate mutating func append(_ bytes: Int, _ write: (inout [UInt8]) -> Void) {
        write(&buffer)
        count += UInt64(truncatingIfNeeded: bytes)
        guard buffer.count >= CanonicalHasher.chunk else { return }
        keccak.update(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}

/// The number of a case, in the order of the declaration.
struct Choice: Canonical {
    let number: UInt8

    init(_ number: UInt8) { self.number = number }

    func add(to hasher: inout CanonicalHasher) { hasher.append(1) { $0.append(number) } }
}

extension Bool: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(Choice(self ? 1 : 0)) }
}

extension UInt64: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.append(8) { bytes in
            for shift in stride(from: UInt64(56), through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: self >> shift))
            }
        }
    }
}

extension UInt32: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(UInt64(self)) }
}

extension Int: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(UInt64(truncatingIfNeeded: self)) }
}

extension UInt128: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(UInt256(self)) }
}

extension UInt256: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(bytes32) }
}

extension Bytes32: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.append(32) { append(to: &$0) } }
}

extension Address: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.append(20) { append(to: &$0) } }
}

extension CID: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(binary) }
}

extension Asset: Canonical {
    func add(to hasher: inout CanonicalHasher) { hasher.add(Choice(kind), token, id) }
}

extension Optional: Canonical where Wrapped: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(self != nil)
        if let self { hasher.add(self) }
    }
}

extension Array: Canonical where Element: Canonical {
    func add(to hasher: inout CanonicalHasher) {
        hasher.add(count)
        for element in self { hasher.add(element) }
    }
}
