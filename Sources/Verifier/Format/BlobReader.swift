import ABI

/// A `ByteReader` over an architecture blob that speaks `VerifierError`.
struct BlobReader {
    private var reader: ByteReader

    init(_ bytes: [UInt8]) {
        reader = ByteReader(bytes)
    }

    var offset: Int { reader.offset }
    var remaining: Int { reader.remaining }

    mutating func byte() throws(VerifierError) -> UInt8 {
        do throws(TruncatedInput) {
            return try reader.readUInt8()
        } catch {
            throw .archTruncated(offset: error.offset)
        }
    }

    /// A byte as a count.
    mutating func count8() throws(VerifierError) -> Int { Int(try byte()) }

    /// Two bytes as a count.
    mutating func count16() throws(VerifierError) -> Int {
        do throws(TruncatedInput) {
            return Int(try reader.readLittleEndianUInt16())
        } catch {
            throw .archTruncated(offset: error.offset)
        }
    }

    /// Four bytes as a count.
    mutating func count32() throws(VerifierError) -> Int {
        Int(UInt32(bitPattern: try int32()))
    }

    mutating func int32() throws(VerifierError) -> Int32 {
        do throws(TruncatedInput) {
            return try reader.readLittleEndianInt32()
        } catch {
            throw .archTruncated(offset: error.offset)
        }
    }
}

extension [UInt8] {
    /// Whether the bytes start with the four characters of `magic`.
    func starts(withMagic magic: (UInt8, UInt8, UInt8, UInt8)) -> Bool {
        count >= 4 && self[0] == magic.0 && self[1] == magic.1 && self[2] == magic.2
            && self[3] == magic.3
    }

    /// The little-endian number at `offset`, whose bytes the caller has proved to exist.
    func littleEndian16(at offset: Int) -> UInt16 {
        UInt16(self[offset]) | UInt16(self[offset &+ 1]) &<< 8
    }

    /// The little-endian number at `offset`, whose bytes the caller has proved to exist.
    func littleEndian32(at offset: Int) -> UInt32 {
        UInt32(littleEndian16(at: offset)) | UInt32(littleEndian16(at: offset &+ 2)) &<< 16
    }

    /// The offset of the first byte that is not zero in `range`, which must lie inside.
    func firstNonZero(in range: Range<Int>) -> Int? {
        for offset in range where self[offset] != 0 { return offset }
        return nil
    }

    mutating func appendLittleEndian(_ value: UInt32) {
        for shift in stride(from: UInt32(0), to: 32, by: 8) {
            append(UInt8(truncatingIfNeeded: value &>> shift))
        }
    }
}

extension Int {
    /// The next multiple of 4 of a count that is far from overflow.
    var paddedToFour: Int { (self &+ 3) & ~3 }
}
