import ABI

/// The pieces of one blob on their way in, from one sender for one job.
///
/// Pieces may come in any order; where two overlap, the later one overwrites. Memory grows with
/// the bytes received, never with the size declared.
public struct Upload: Sendable {
    /// Pieces kept apart at most: what is between them is missing.
    public static var pieceLimit: Int { 1_024 }
    /// Neighbours are joined up to this many bytes, so that the number of pieces stays small while
    /// the cost of joining stays flat.
    private static var joinLimit: Int { 65_536 }

    private struct Piece {
        var offset: Int
        var bytes: [UInt8]
        var end: Int { offset + bytes.count }
    }

    /// The multihash that the whole must have.
    public let digest: Bytes32
    /// The size declared, in bytes.
    public let size: Int
    /// Sorted by offset, without overlaps.
    private var pieces: [Piece] = []
    /// Bytes received, without those overwritten.
    public private(set) var received = 0

    public init(digest: Bytes32, size: Int) {
        self.digest = digest
        self.size = size
    }

    /// Whether every byte is there.
    public var isWhole: Bool { received == size }

    /// Puts `chunk` at `offset`; false, and nothing changed, when it does not lie within the size or
    /// would leave more pieces than the limit.
    public mutating func insert(_ chunk: [UInt8], at offset: Int) -> Bool {
        guard offset >= 0, !chunk.isEmpty, chunk.count <= size, offset <= size - chunk.count else {
            return false
        }
        let end = offset + chunk.count
        var next: [Piece] = []
        next.reserveCapacity(pieces.count + 2)
        var isPlaced = false
        for piece in pieces {
            if piece.end <= offset {
                next.append(piece)
                continue
            }
            if piece.offset < offset {
                next.append(
                    Piece(
                        offset: piece.offset,
                        bytes: Array(piece.bytes[..<(offset - piece.offset)])))
            }
            if !isPlaced {
                next.append(Piece(offset: offset, bytes: chunk))
                isPlaced = true
            }
            if piece.offset >= end {
                next.append(piece)
            } else if piece.end > end {
                next.append(
                    Piece(offset: end, bytes: Array(piece.bytes[(end - piece.offset)...])))
            }
        }
        if !isPlaced {
            next.append(Piece(offset: offset, bytes: chunk))
        }
        next = Upload.joined(next)
        guard next.count <= Upload.pieceLimit else { return false }
        pieces = next
        received = 0
        for piece in pieces { received += piece.bytes.count }
        return true
    }

    /// Pieces that are kept apart.
    public var pieceCount: Int { pieces.count }

    /// Calls `body` with the offset and the bytes of each piece, in order.
    public func forEachPiece(_ body: (Int, [UInt8]) -> Void) {
        for piece in pieces { body(piece.offset, piece.bytes) }
    }

    /// All bytes in order. Only meaningful when the upload is whole.
    public func assembled() -> [UInt8] {
        if pieces.count == 1 { return pieces[0].bytes }
        var result: [UInt8] = []
        result.reserveCapacity(received)
        for piece in pieces { result.append(contentsOf: piece.bytes) }
        return result
    }

    private static func joined(_ pieces: [Piece]) -> [Piece] {
        var result: [Piece] = []
        result.reserveCapacity(pieces.count)
        for piece in pieces {
            if let last = result.last, last.end == piece.offset,
                last.bytes.count + piece.bytes.count <= joinLimit
            {
                result[result.count - 1].bytes.append(contentsOf: piece.bytes)
            } else {
                result.append(piece)
            }
        }
        return result
    }
}
