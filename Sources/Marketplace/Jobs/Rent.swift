import ABI

/// What it costs to keep room in the machine: nothing while less than half of it is taken, and then
/// ever more, so that nobody can afford to hold all of it.
///
/// A job pays once, for its whole span, in wei:
/// `⌈(endsBy − postedAt) · (pages(R + n)^6 − pages(R)^6) / 2^40⌉`, where `R` bytes are reserved
/// before it, `n` by it, and `pages(b) = b ≤ 2^26 ? 0 : ⌈(b − 2^26) / 4096⌉`. The difference
/// telescopes, so that many small jobs pay no less than one large one.
public enum Rent {
    /// The seconds that the formula is made for; no job lives longer.
    static var longest: UInt64 { 1 << 32 }

    /// Nil when the bytes or the seconds exceed what the formula is made for.
    public static func wei(reserved: UInt64, bytes: UInt64, seconds: UInt64) -> UInt256? {
        let (sum, overflow) = reserved.addingReportingOverflow(bytes)
        guard !overflow, sum <= Limits.contentCapacity, seconds <= longest else { return nil }
        // Pages are at most 2^14, to the sixth 2^84; seconds below 2^33.
        let product = UInt128(seconds) * (sixth(pages(sum)) - sixth(pages(reserved)))
        return UInt256((product + (1 << 40) - 1) >> 40)
    }

    private static func pages(_ bytes: UInt64) -> UInt128 {
        bytes <= Limits.freeRoom ? 0 : UInt128((bytes - Limits.freeRoom + 4_095) / 4_096)
    }

    private static func sixth(_ pages: UInt128) -> UInt128 {
        let cube = pages * pages * pages
        return cube * cube
    }
}

extension State {
    /// What so many more bytes cost now, for so long; `capacity` when there is no room for them.
    func rent(
        of bytes: UInt64, for seconds: UInt64, _ configuration: Configuration
    ) throws(Refusal) -> UInt256 {
        let capacity = configuration.contentCapacity
        let free = capacity - min(capacity, reservedBytes)
        guard bytes <= free,
            let rent = Rent.wei(reserved: reservedBytes, bytes: bytes, seconds: seconds)
        else { throw Refusal(.capacity, at: "\(bytes) bytes, \(free) free") }
        return rent
    }
}
