import CoreCommands

/// Decompresses raw DEFLATE data (RFC 1951), as `.npz` files hold it.
package struct Inflate {
    private let input: ArraySlice<UInt8>
    private var place: Int
    private var bits: UInt32 = 0
    private var bitCount: UInt32 = 0
    private var output: [UInt8] = []

    /// Decompresses all of `input` into exactly `size` bytes.
    package static func run(_ input: ArraySlice<UInt8>, size: Int) throws(ToolFailure) -> [UInt8] {
        var inflate = Inflate(input)
        try inflate.blocks(limit: size)
        guard inflate.output.count == size else {
            throw .format("Compressed data gives \(inflate.output.count) bytes, not \(size).")
        }
        return inflate.output
    }

    private init(_ input: ArraySlice<UInt8>) {
        self.input = input
        place = input.startIndex
    }

    private mutating func blocks(limit: Int) throws(ToolFailure) {
        var isLast = false
        while !isLast {
            isLast = try take(1) == 1
            switch try take(2) {
            case 0: try stored(limit: limit)
            case 1:
                try coded(HuffmanCode.fixedLiterals, HuffmanCode.fixedDistances, limit: limit)
            case 2:
                let (literals, distances) = try codes()
                try coded(literals, distances, limit: limit)
            default: throw .format("Compressed data has a block of an unknown type.")
            }
        }
    }

    /// The next `count` ≤ 16 bits, the first one lowest.
    private mutating func take(_ count: UInt32) throws(ToolFailure) -> Int {
        while bitCount < count {
            guard place < input.endIndex else { throw .format("Compressed data ends early.") }
            bits |= UInt32(input[place]) << bitCount
            bitCount += 8
            place += 1
        }
        let value = bits & ((1 << count) - 1)
        bits >>= count
        bitCount -= count
        return Int(value)
    }

    /// RFC 1951, 3.2.4: a length and its complement on a byte boundary, then plain bytes.
    private mutating func stored(limit: Int) throws(ToolFailure) {
        bits = 0
        bitCount = 0
        let length = try take(16)
        guard try take(16) == ~length & 0xFFFF, length <= input.endIndex - place,
            output.count + length <= limit
        else { throw .format("Compressed data has a damaged stored block.") }
        output += input[place..<(place + length)]
        place += length
    }

    /// RFC 1951, 3.2.7: the code lengths of both codes, themselves coded.
    private mutating func codes() throws(ToolFailure) -> (HuffmanCode, HuffmanCode) {
        let literals = try take(5) + 257
        let distances = try take(5) + 1
        let count = try take(4) + 4
        var lengths = [Int](repeating: 0, count: 19)
        for index in 0..<count {
            lengths[HuffmanCode.lengthOrder[index]] = try take(3)
        }
        let code = HuffmanCode(lengths: lengths)
        var all: [Int] = []
        while all.count < literals + distances {
            let symbol = try next(code)
            switch symbol {
            case 16:
                guard let last = all.last else {
                    throw .format("Compressed data repeats a length that is not there.")
                }
                all += [Int](repeating: last, count: try take(2) + 3)
            case 17: all += [Int](repeating: 0, count: try take(3) + 3)
            case 18: all += [Int](repeating: 0, count: try take(7) + 11)
            default: all.append(symbol)
            }
        }
        guard all.count == literals + distances else {
            throw .format("Compressed data has too many code lengths.")
        }
        return (
            HuffmanCode(lengths: Array(all[..<literals])),
            HuffmanCode(lengths: Array(all[literals...]))
        )
    }

    /// RFC 1951, 3.2.5: literals, and copies of what came before.
    private mutating func coded(
        _ literals: HuffmanCode, _ distances: HuffmanCode, limit: Int
    ) throws(ToolFailure) {
        while true {
            let symbol = try next(literals)
            if symbol < 256 {
                guard output.count < limit else { throw .format("Compressed data is too long.") }
                output.append(UInt8(symbol))
                continue
            }
            if symbol == 256 { return }
            guard symbol <= 285 else { throw .format("Compressed data has an unknown length.") }
            let length = try extended(HuffmanCode.lengths[symbol - 257])
            let code = try next(distances)
            guard code < 30 else { throw .format("Compressed data has an unknown distance.") }
            let distance = try extended(HuffmanCode.distances[code])
            guard distance <= output.count, output.count + length <= limit else {
                throw .format("Compressed data copies from before its start, or is too long.")
            }
            for _ in 0..<length { output.append(output[output.count - distance]) }
        }
    }

    private mutating func extended(
        _ range: (base: Int, extraBits: UInt32)
    ) throws(ToolFailure) -> Int {
        range.base + (try take(range.extraBits))
    }

    private mutating func next(_ code: HuffmanCode) throws(ToolFailure) -> Int {
        var word = 0
        for length in 1...HuffmanCode.longest {
            word = word << 1 | (try take(1))
            if let symbol = code.symbol(word, length: length) { return symbol }
        }
        throw .format("Compressed data has a code that stands for nothing.")
    }
}

/// A canonical Huffman code (RFC 1951, 3.2.2): codes of one length count upwards in symbol order.
package struct HuffmanCode {
    package static let longest = 15
    package static let lengthOrder = [
        16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15,
    ]
    package static let fixedLiterals = HuffmanCode(
        lengths: [Int](repeating: 8, count: 144) + [Int](repeating: 9, count: 112)
            + [Int](repeating: 7, count: 24) + [Int](repeating: 8, count: 8))
    package static let fixedDistances = HuffmanCode(lengths: [Int](repeating: 5, count: 30))
    /// What length symbols 257 … 285 stand for: from 3 on, four symbols for each bit width, but
    /// the last one is 258 alone.
    package static let lengths: [(base: Int, extraBits: UInt32)] =
        ranges(count: 28, first: 3, perWidth: 4) + [(258, 0)]
    /// What distance symbols 0 … 29 stand for: from 1 on, two symbols for each bit width.
    package static let distances = ranges(count: 30, first: 1, perWidth: 2)

    /// For each length: the first code, how many there are, and where their symbols begin.
    private var levels: [(first: Int, count: Int, start: Int)] = []
    private var symbols: [Int] = []

    /// `lengths[s]` is the length of the code of symbol s, 0 if it has none.
    package init(lengths: [Int]) {
        var first = 0
        for length in 0...HuffmanCode.longest {
            let start = symbols.count
            if length > 0 {
                symbols += lengths.indices.filter { lengths[$0] == length }
            }
            levels.append((first, symbols.count - start, start))
            first = (first + symbols.count - start) << 1
        }
    }

    package func symbol(_ word: Int, length: Int) -> Int? {
        let level = levels[length]
        guard word >= level.first, word < level.first + level.count else { return nil }
        return symbols[level.start + word - level.first]
    }

    /// Twice `perWidth` symbols without extra bits, then `perWidth` for each further bit.
    private static func ranges(
        count: Int, first: Int, perWidth: Int
    ) -> [(base: Int, extraBits: UInt32)] {
        var base = first
        return (0..<count).map { index in
            let extra = UInt32(max(0, index / perWidth - 1))
            defer { base += 1 << extra }
            return (base, extra)
        }
    }
}
