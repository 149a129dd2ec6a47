import ABI
import Content
import Vouchers

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

    mutating func add(case number: UInt8) {
        buffer.append(number)
        took(1)
    }

    mutating func add(_ flag: Bool) { add(case: flag ? 1 : 0) }

    mutating func add(_ numbers: UInt64...) {
        for number in numbers { add(number) }
    }

    mutating func add(_ numbers: UInt256...) {
        for number in numbers { add(number) }
    }

    mutating func add(_ number: UInt64) {
        for shift in stride(from: UInt64(56), through: 0, by: -8) {
            buffer.append(UInt8(truncatingIfNeeded: number >> shift))
        }
        took(8)
    }

    mutating func add(_ number: Int) { add(UInt64(truncatingIfNeeded: number)) }

    mutating func add(_ number: UInt128) { add(UInt256(number)) }

    mutating func add(_ number: UInt256) { add(number.bytes32) }

    mutating func add(_ word: Bytes32) {
        word.append(to: &buffer)
        took(32)
    }

    mutating func add(_ address: Address) {
        address.append(to: &buffer)
        took(20)
    }

    mutating func add(_ bytes: [UInt8]) {
        add(bytes.count)
        buffer.append(contentsOf: bytes)
        took(UInt64(bytes.count))
    }

    mutating func add(_ cid: CID) { add(cid.binary) }

    mutating func add(_ asset: Asset) {
        add(case: asset.kind)
        add(asset.token)
        add(asset.id)
    }

    mutating func add(_ number: UInt64?) {
        add(number != nil)
        if let number { add(number) }
    }

    mutating func add(_ word: Bytes32?) {
        add(word != nil)
        if let word { add(word) }
    }

    private mutating func took(_ bytes: UInt64) {
        count += bytes
        guard buffer.count >= CanonicalHasher.chunk else { return }
        keccak.update(buffer)
        buffer.removeAll(keepingCapacity: true)
    }
}
