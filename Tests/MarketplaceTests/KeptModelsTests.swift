import ABI
import Content
import Testing

@testable import Marketplace

@Suite struct KeptModelsTests {
    private func file(_ number: UInt8, size: Int) throws -> WholeFile {
        let bytes = [UInt8](repeating: number, count: size)
        var stream = FileStream(
            cid: CID.raw(bytes), size: UInt32(size), length: size, boundTo: nil)
        try stream.append(bytes)
        return try #require(stream.finish())
    }

    @Test func leaveInTheOrderOfTheirComing() throws {
        var kept = KeptModels()
        for number in 0..<5 as Range<UInt8> {
            kept.append(try file(number, size: Int(number) + 1))
        }
        #expect(kept.count == 5 && kept.bytes == 15)
        #expect(kept.removeOldest()?.bytes == [0])
        #expect(kept.removeOldest()?.bytes == [1, 1])
        kept.append(try file(9, size: 10))
        #expect(kept.count == 4 && kept.bytes == 22)
        for number in [2, 3, 4, 9] as [UInt8] {
            #expect(kept.removeOldest()?.bytes.first == number)
        }
        #expect(kept.removeOldest() == nil && kept.count == 0 && kept.bytes == 0)
    }

    /// Two jobs may end with the same model: it is served until the last of them is forgotten.
    @Test func oneThatCameTwiceIsThereTwice() throws {
        var kept = KeptModels()
        for _ in 0..<2 { kept.append(try file(1, size: 7)) }
        #expect(kept.count == 2 && kept.bytes == 14)
        #expect(kept.removeOldest() != nil && kept.bytes == 7)
    }
}
