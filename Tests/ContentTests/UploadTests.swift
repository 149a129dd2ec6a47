import ABI
import TestSupport
import Testing

@testable import Content

@Suite struct UploadTests {
    @Test(arguments: 0..<30) func piecesInAnyOrderMakeTheWhole(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let size = 1 + Int(random.next() % 3_000)
        // What the pieces must add up to: later ones overwrite earlier ones.
        var expected = [UInt8?](repeating: nil, count: size)
        var upload = Upload(digest: .zero, size: size)
        var steps = 0
        while !upload.isWhole, steps < 10_000 {
            steps += 1
            let offset = Int(random.next() % UInt64(size))
            let count = 1 + Int(random.next() % UInt64(min(400, size - offset)))
            let chunk = (0..<count).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            guard upload.insert(chunk, at: offset) else {
                Issue.record("a piece within the size was refused, seed \(seed)")
                return
            }
            for index in 0..<count { expected[offset + index] = chunk[index] }
            #expect(upload.received == expected.count { $0 != nil })
        }
        #expect(upload.assembled() == expected.map { $0 ?? 0 }, "seed \(seed)")
    }

    @Test func piecesOutsideOfTheSizeAreRefused() {
        var upload = Upload(digest: .zero, size: 10)
        for (chunk, offset) in [
            ([1], 10), ([1], -1), ([1], .max), ([], 0), ([UInt8](repeating: 0, count: 11), 0),
        ] as [([UInt8], Int)] {
            let placed = upload.insert(chunk, at: offset)
            #expect(!placed)
        }
        #expect(upload.received == 0)
    }

    @Test func gapsAreLimited() {
        var upload = Upload(digest: .zero, size: 1 << 20)
        for piece in 0..<Upload.pieceLimit {
            let placed = upload.insert([1], at: 2 * piece)
            #expect(placed)
        }
        let placed = upload.insert([1], at: 2 * Upload.pieceLimit)
        #expect(!placed)
        #expect(upload.received == Upload.pieceLimit)
        // Closing a gap is always possible.
        let closed = upload.insert([1], at: 1)
        #expect(closed)
    }

    @Test func largeBlobsInOrderStayAFewPieces() {
        var upload = Upload(digest: .zero, size: 1 << 20)
        for offset in stride(from: 0, to: 1 << 20, by: 256) {
            let placed = upload.insert([UInt8](repeating: 5, count: 256), at: offset)
            #expect(placed)
        }
        #expect(upload.isWhole)
    }
}

@Suite struct ContentStoreTests {
    @Test func blobsLiveAsLongAsTheyAreReferredTo() {
        var store = ContentStore()
        let digest = SHA256.hash([1])
        store.retain(digest, bytes: [1])
        store.retain(digest, bytes: [1])
        store.release(digest)
        #expect(store.bytes(of: digest) == [1])
        store.release(digest)
        #expect(store.bytes(of: digest) == nil)
        store.release(digest)
        #expect(store.bytes(of: digest) == nil)
    }
}
