import ABI

/// The block number and time that the next input gets.
///
/// Either time flows as on the wall, ahead or behind by what developers moved it, or it stands
/// still, and every block comes one interval after the one before. It never goes back.
public struct BlockClock: Equatable, Sendable {
    public enum Mode: Equatable, Sendable {
        case wall
        /// Block time begins here, in seconds since 1970.
        case manual(start: UInt64)
    }

    public struct Block: Equatable, Sendable {
        public var number: UInt64
        /// Seconds since 1970.
        public var timestamp: UInt64
    }

    /// Seconds between blocks when the clock is manual.
    static let interval: UInt64 = 12
    /// The number of the first block; a chain is never empty when an application comes.
    static let firstNumber: UInt64 = 1000
    /// Moves beyond this are refused, so that no sum of times can overflow.
    static let limit: UInt64 = 1 << 48

    private let mode: Mode
    private(set) var last: Block
    /// Seconds that developers moved the clock ahead; below zero when the inputs that are there
    /// already lie in the past.
    private(set) var offset: Int64

    public init(mode: Mode, offset: Int64 = 0) {
        self.mode = mode
        self.offset = offset
        last = Block(number: Self.firstNumber, timestamp: 0)
        if case .manual(let start) = mode { last.timestamp = min(start, Self.limit) }
    }

    /// `prevRandao` of block `number`.
    static func randomness(of number: UInt64) -> Bytes32 {
        var seed = Array("DeML pretend randomness".utf8)
        UInt256(number).bytes32.append(to: &seed)
        return Keccak256.hash(seed)
    }

    /// What the time is when the clock on the wall shows `wall`.
    func now(wall: UInt64) -> UInt64 {
        switch mode {
        case .wall: return max(last.timestamp, shifted(wall))
        case .manual: return max(last.timestamp, shifted(last.timestamp))
        }
    }

    /// The block of an input that comes now. Inputs of one second share a block of the wall clock.
    mutating func mine(wall: UInt64) -> Block {
        let time = now(wall: wall)
        switch mode {
        case .wall:
            if time > last.timestamp { last = Block(number: last.number + 1, timestamp: time) }
        case .manual:
            last = Block(number: last.number + 1, timestamp: time + Self.interval)
            offset = 0
        }
        return last
    }

    /// Takes over how far the clock was moved after block `number`, once all inputs are followed.
    ///
    /// A manual clock forgets a move when a block comes, and a crash may come between the two.
    mutating func restore(offset: Int64, movedAfter number: UInt64) {
        if case .manual = mode, number != last.number { return }
        self.offset = offset
    }

    /// Takes over the block of an input that is in the log.
    mutating func follow(_ block: Block) {
        last.number = max(last.number, block.number)
        last.timestamp = max(last.timestamp, block.timestamp)
    }

    /// Moves the time ahead; false when that is farther than a clock goes.
    mutating func advance(by seconds: UInt64) -> Bool {
        guard seconds <= Self.limit, offset <= Int64(Self.limit) else { return false }
        offset += Int64(seconds)
        return true
    }

    /// Makes the next block's time `time`; false when that is in the past, or for a manual clock
    /// less than an interval ahead.
    mutating func set(to time: UInt64, wall: UInt64) -> Bool {
        let earliest: UInt64
        switch mode {
        case .wall: earliest = now(wall: wall)
        case .manual: earliest = now(wall: wall) + Self.interval
        }
        guard time <= Self.limit, time >= earliest else { return false }
        return advance(by: time - earliest)
    }

    private func shifted(_ time: UInt64) -> UInt64 {
        // Both are far below 2^62.
        UInt64(max(0, Int64(min(time, Self.limit)) + offset))
    }
}
