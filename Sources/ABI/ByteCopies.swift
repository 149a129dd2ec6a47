extension Array where Element == UInt8 {
    /// A copy of `bytes[range]`, which the caller has proved to exist. In one go: out of a slice every
    /// byte would be copied by itself.
    public init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.init(unsafeUninitializedCapacity: range.count) { target, count in
            bytes.copy(range, to: target)
            count = range.count
        }
    }

    /// Appends `bytes[range]`, which the caller has proved to exist, in one go.
    public mutating func append(_ bytes: [UInt8], _ range: Range<Int>) {
        append(addingCapacity: range.count) { span in
            span.withUnsafeMutableBufferPointer { target, count in
                bytes.copy(range, to: target)
                count = range.count
            }
        }
    }

    /// Copies the part to where `target` begins, which has room for it.
    private func copy(_ range: Range<Int>, to target: UnsafeMutableBufferPointer<UInt8>) {
        withUnsafeBytes { source in
            UnsafeMutableRawBufferPointer(target).copyMemory(
                from: UnsafeRawBufferPointer(rebasing: source[range]))
        }
    }
}
