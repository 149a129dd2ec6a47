/// A fuzzer's input, taken from the front. Reads beyond the end give zeros or less than was asked.
public struct Bytes {
    private var rest: ArraySlice<UInt8>

    public init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
        rest = Array(UnsafeBufferPointer(start: start, count: count))[...]
    }

    public var isEmpty: Bool { rest.isEmpty }

    public mutating func byte() -> UInt8 {
        rest.popFirst() ?? 0
    }

    /// Two bytes, little-endian.
    public mutating func number() -> Int {
        let low = Int(byte())
        return low | Int(byte()) << 8
    }

    public mutating func take(_ count: Int) -> [UInt8] {
        let part = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
        return part
    }

    /// A part behind its length.
    public mutating func part() -> [UInt8] {
        take(number())
    }

    public mutating func all() -> [UInt8] {
        take(rest.count)
    }
}
