/// A set of job numbers that can be listed in order, page by page.
///
/// One bit a number, and a count for every 4,096 of them, so that changing is flat and finding a
/// member of 10^5 looks at some 25 counts and 64 words.
struct IDSet: Sendable {
    private static var wordsPerBlock: Int { 64 }

    private var words: [UInt64] = []
    private var blockCounts: [Int] = []
    private(set) var count = 0

    mutating func insert(_ id: UInt64) {
        let (word, bit) = IDSet.place(of: id)
        while words.count <= word { words.append(0) }
        while blockCounts.count <= word / IDSet.wordsPerBlock { blockCounts.append(0) }
        guard words[word] & bit == 0 else { return }
        words[word] |= bit
        blockCounts[word / IDSet.wordsPerBlock] += 1
        count += 1
    }

    mutating func remove(_ id: UInt64) {
        let (word, bit) = IDSet.place(of: id)
        guard word < words.count, words[word] & bit != 0 else { return }
        words[word] &= ~bit
        blockCounts[word / IDSet.wordsPerBlock] -= 1
        count -= 1
    }

    /// Up to `limit` members in ascending order, beginning with the one that `offset` others
    /// precede.
    func members(from offset: Int, limit: Int) -> [UInt64] {
        var skip = offset
        var block = 0
        while block < blockCounts.count, blockCounts[block] <= skip {
            skip -= blockCounts[block]
            block += 1
        }
        var result: [UInt64] = []
        while block < blockCounts.count, result.count < limit {
            if blockCounts[block] > 0 {
                append(block, to: &result, skipping: &skip, limit: limit)
            }
            block += 1
        }
        return result
    }

    /// Appends the members in one block, without the first `skip` of them, up to `limit` in all.
    private func append(
        _ block: Int, to result: inout [UInt64], skipping skip: inout Int, limit: Int
    ) {
        var word = block * IDSet.wordsPerBlock
        let end = min(words.count, word + IDSet.wordsPerBlock)
        while word < end, result.count < limit {
            var rest = words[word]
            if rest.nonzeroBitCount <= skip {
                skip -= rest.nonzeroBitCount
                rest = 0
            }
            while rest != 0, result.count < limit {
                let bit = rest.trailingZeroBitCount
                rest &= rest - 1
                if skip > 0 {
                    skip -= 1
                } else {
                    result.append(UInt64(word * 64 + bit))
                }
            }
            word += 1
        }
    }

    /// The callers only pass numbers of existing jobs, so the word index is small.
    private static func place(of id: UInt64) -> (word: Int, bit: UInt64) {
        (Int(truncatingIfNeeded: id >> 6), 1 << (id & 63))
    }
}
