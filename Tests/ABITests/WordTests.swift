import TestSupport
import Testing

@testable import ABI

@Suite struct UInt256Tests {
    private let edges: [UInt256] = {
        var values: [UInt256] = [.zero, .one, .max]
        for limb in [1, 2, UInt64(1) << 32, 1 << 63, .max - 1, .max] {
            values.append(UInt256(limb))
            values.append(UInt256(limbs: (0, limb, 0, 0)))
            values.append(UInt256(limbs: (limb, limb, limb, 0)))
            values.append(UInt256(limbs: (0, 0, 0, limb)))
            values.append(UInt256(limbs: (.max, 0, 0, limb)))
        }
        return values
    }()

    @Test func subtractingUndoesAdding() {
        for a in edges {
            for b in edges {
                if let sum = a.adding(b) {
                    #expect(sum.subtracting(b) == a)
                    #expect(sum >= a)
                } else {
                    #expect(UInt256.max.subtracting(a).map { $0 < b } == true)
                }
            }
        }
    }

    @Test func divisionIsEuclidean() throws {
        for a in edges {
            for b in edges where !b.isZero {
                let (quotient, remainder) = try #require(a.divided(by: b))
                #expect(remainder < b)
                #expect(quotient.multiplied(by: b)?.adding(remainder) == a)
            }
        }
        #expect(UInt256.one.divided(by: .zero) == nil)
    }

    @Test func productsOf128BitsAgreeWithTheStandardLibrary() {
        var random = SplitMix64(seed: 1)
        for _ in 0..<1_000 {
            let (a, b) = (random.next(), random.next())
            let product = UInt128(a) * UInt128(b)
            #expect(UInt256(a).multiplied(by: UInt256(b)) == UInt256(product))
        }
    }

    @Test func fullProductsAreDividedWithoutLoss() {
        #expect(UInt256.max.multiplied(by: .max) == nil)
        #expect(UInt256.max.multiplied(by: .max, dividedBy: .max) == .max)
        #expect(UInt256.max.multiplied(by: .max, dividedBy: .one) == nil)
        #expect(UInt256.max.multiplied(by: .one, dividedBy: .zero) == nil)
    }

    @Test func decimalTextRoundTrips() {
        for value in edges {
            #expect(UInt256(decimal: value.description) == value)
        }
        #expect(
            UInt256.max.description
                == "115792089237316195423570985008687907853269984665640564039457584007913129639935")
        #expect(UInt256(10_000_000_000_000_000_000 as UInt64).description == "10000000000000000000")
        #expect(
            UInt256(UInt128(10_000_000_000_000_000_000) * 7).description == "70000000000000000000")
    }

    @Test func decimalTextIsStrict() {
        let tooLarge =
            "115792089237316195423570985008687907853269984665640564039457584007913129639936"
        for text in ["", "-1", "+1", " 1", "1 ", "0x1", "1e3", tooLarge] {
            #expect(UInt256(decimal: text) == nil)
        }
    }
}

@Suite struct KeccakTests {
    /// Digests from the Keccak team's known answers and from Ethereum.
    @Test func knownDigests() {
        #expect(
            Hex.string(Keccak256.hash([]).bytes)
                == "0xc5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
        #expect(
            ABIFunction("transfer", ABIParameter("to", .address), ABIParameter("v", .uint256))
                .selector == 0xa905_9cbb)
    }

    /// Blocks are 136 bytes: every length around one and two of them, in one piece and in two.
    @Test func piecesDoNotMatter() {
        let data = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
        for count in 0...data.count {
            let whole = Array(data[..<count])
            var hasher = Keccak256()
            hasher.update(Array(whole[..<(count / 3)]))
            hasher.update(Array(whole[(count / 3)...]))
            #expect(hasher.finish() == Keccak256.hash(whole))
        }
    }
}

@Suite struct AddressTests {
    /// The examples of ERC-55.
    @Test(arguments: [
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
        "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB", "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    ]) func checksumIsThatOfERC55(text: String) {
        #expect(Address(hex: text)?.checksummed == text)
    }

    @Test func orderIsThatOfTheBytes() throws {
        var random = SplitMix64(seed: 3)
        for _ in 0..<200 {
            let a = (0..<20).map { _ in UInt8(random.next() & 3) }
            let b = (0..<20).map { _ in UInt8(random.next() & 3) }
            let (x, y) = (try #require(Address(a)), try #require(Address(b)))
            #expect((x < y) == a.lexicographicallyPrecedes(b))
            #expect(x.bytes == a)
        }
    }

    @Test func hexIsExactlyTwentyBytes() {
        for text in [
            "", "0x", "0x12", String(repeating: "0", count: 42),
            "0X" + String(repeating: "0", count: 40),
        ] {
            #expect(Address(hex: text) == nil)
        }
    }
}
