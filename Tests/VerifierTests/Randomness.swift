import TestSupport

extension SplitMix64 {
    /// A number below `bound`, which must not be 0.
    mutating func below(_ bound: Int) -> Int {
        Int(next() % UInt64(bound))
    }

    mutating func int(in range: ClosedRange<Int>) -> Int {
        range.lowerBound + below(range.count)
    }

    mutating func bool() -> Bool { next() & 1 == 1 }

    /// Any Int32, with the ends and the neighbourhood of zero far more often than by chance.
    mutating func edgyInt32() -> Int32 {
        switch below(6) {
        case 0: [Int32.min, Int32.min + 1, -1, 0, 1, Int32.max - 1, Int32.max][below(7)]
        case 1: Int32(int(in: -70_000...70_000))
        default: Int32(truncatingIfNeeded: next() >> UInt64(below(32) + 32))
        }
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[below(choices.count)] }
}
