import ABI

/// The blocks of the pretend chain with their transactions.
struct ChainBlocks: Sendable {
    struct Entry: Equatable, Sendable {
        var block: BlockClock.Block
        var transactions: [Bytes32] = []
    }

    /// By their numbers; the first is the one that the chain began with.
    private var entries = [Entry(block: .init(number: BlockClock.firstNumber, timestamp: 0))]
    private var numbers: [Bytes32: UInt64] = [:]

    init() {
        numbers[Self.hash(of: BlockClock.firstNumber)] = BlockClock.firstNumber
    }

    static func hash(of number: UInt64) -> Bytes32 {
        var seed = Array("DeML pretend block".utf8)
        UInt256(number).bytes32.append(to: &seed)
        return Keccak256.hash(seed)
    }

    /// Puts a transaction behind those that its block has.
    mutating func add(_ transaction: Bytes32, to block: BlockClock.Block) {
        let place = entries.partitioningIndex { $0.block.number >= block.number }
        if place == entries.count || entries[place].block.number != block.number {
            entries.insert(Entry(block: block), at: place)
            numbers[Self.hash(of: block.number)] = block.number
        }
        entries[place].transactions.append(transaction)
    }

    /// The block of this number, up to `latest`; one that nothing happened in has the time of the
    /// one before.
    func entry(_ number: UInt64, latest: UInt64) -> Entry? {
        guard number <= latest else { return nil }
        let place = entries.partitioningIndex { $0.block.number > number }
        guard place > 0 else { return Entry(block: .init(number: number, timestamp: 0)) }
        let found = entries[place - 1]
        if found.block.number == number { return found }
        return Entry(block: .init(number: number, timestamp: found.block.timestamp))
    }

    /// The number of the block with this hash, when something happened in it.
    func number(ofHash hash: Bytes32) -> UInt64? { numbers[hash] }

    /// Where the transaction stands in its block.
    func position(of transaction: Bytes32, in number: UInt64) -> Int {
        entry(number, latest: number)?.transactions.firstIndex(of: transaction) ?? 0
    }
}

extension Array {
    /// The first index whose element, and all behind it, are in the second part.
    fileprivate func partitioningIndex(isSecond: (Element) -> Bool) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if isSecond(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
