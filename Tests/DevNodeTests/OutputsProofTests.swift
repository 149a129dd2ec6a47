import ABI
import Testing
import Vouchers

@Suite struct OutputsProofTests {
    static func leaf(_ number: Int) -> Bytes32 {
        Keccak256.hash(Array("leaf \(number)".utf8))
    }

    @Test func everyOutputIsProvedAgainstTheRootOfTheTree() {
        var tree = OutputsTree()
        var provable = ProvableOutputs()
        #expect(provable.root == tree.root)
        for count in 1...70 {
            tree.append(leaf: Self.leaf(count))
            provable.append(leaf: Self.leaf(count))
            #expect(provable.root == tree.root)
            #expect(provable.count == UInt64(count))
            for index in 0..<count {
                let proof = provable.proof(of: UInt64(index))
                #expect(proof?.siblings.count == 63)
                #expect(proof?.root(over: Self.leaf(index + 1)) == tree.root)
            }
            #expect(provable.proof(of: UInt64(count)) == nil)
        }
    }

    @Test func aProofOfSomethingElseLeadsElsewhere() throws {
        var provable = ProvableOutputs()
        for number in 0..<5 { provable.append(leaf: Self.leaf(number)) }
        let proof = try #require(provable.proof(of: 3))
        #expect(proof.root(over: Self.leaf(2)) != provable.root)
        let moved = OutputsProof(index: 2, siblings: proof.siblings)
        #expect(moved.root(over: Self.leaf(3)) != provable.root)
    }

    @Test func refusesProofsOfTheWrongShape() {
        var provable = ProvableOutputs()
        provable.append(leaf: Self.leaf(0))
        let siblings = provable.proof(of: 0)?.siblings ?? []
        let short = OutputsProof(index: 0, siblings: Array(siblings.dropLast()))
        #expect(short.root(over: Self.leaf(0)) == nil)
        let outside = OutputsProof(index: 1 << 63, siblings: siblings)
        #expect(outside.root(over: Self.leaf(0)) == nil)
    }
}
