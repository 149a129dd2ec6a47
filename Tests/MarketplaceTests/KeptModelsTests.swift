import ABI
import Testing

@testable import Marketplace

@Suite struct KeptModelsTests {
    @Test func leaveInTheOrderOfTheirComing() {
        var kept = KeptModels()
        for number in 0..<5 as Range<UInt8> {
            kept.append(Keccak256.hash([number]), size: Int(number) + 1)
        }
        #expect(kept.count == 5 && kept.bytes == 15)
        #expect(kept.removeOldest() == Keccak256.hash([0]))
        #expect(kept.removeOldest() == Keccak256.hash([1]))
        kept.append(Keccak256.hash([9]), size: 10)
        #expect(kept.count == 4 && kept.bytes == 22)
        for number in [2, 3, 4, 9] as [UInt8] {
            #expect(kept.removeOldest() == Keccak256.hash([number]))
        }
        #expect(kept.removeOldest() == nil && kept.count == 0 && kept.bytes == 0)
    }
}
