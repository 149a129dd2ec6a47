/// What keeping bytes costs, from the formula of the protocol page.
enum RentModel {
    static let capacity: UInt64 = 1 << 27
    static let half = capacity / 2

    /// `⌈seconds · (pages(R + n)^6 − pages(R)^6) / 2^40⌉` wei.
    static func rent(
        reserved: UInt64, bytes: UInt64, seconds: UInt64, half: UInt64 = RentModel.half
    ) -> UInt128 {
        let rise = power(reserved + bytes, half) - power(reserved, half)
        let product = UInt128(seconds) * rise
        return product / (1 << 40) + (product % (1 << 40) == 0 ? 0 : 1)
    }

    private static func power(_ bytes: UInt64, _ half: UInt64) -> UInt128 {
        let pages = bytes <= half ? 0 : UInt128((bytes - half + 4_095) / 4_096)
        return pages * pages * pages * pages * pages * pages
    }
}
