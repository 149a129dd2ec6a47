import TestSupport
import Testing
import Verifier

@Suite struct FederatedAverages {
    /// Two parameters in two rows: nothing but the largest numbers can fail the load proof.
    static func architecture() throws -> Architecture {
        try Architecture(parsing: ArchBlob.make([1], [ArchBlob.dense(2, bias: 0)]))
    }

    static func model(_ parameters: [Int32]) throws -> Model {
        try Model(parameters: parameters, architecture: architecture())
    }

    static func mean(_ global: [Int32], _ models: [[Int32]]) throws -> [Int32] {
        var sum = FederatedAverage(global: try model(global))
        for parameters in models { sum.add(try model(parameters)) }
        #expect(sum.count == models.count)
        return try sum.mean(architecture: architecture()).parameters
    }

    @Test func meanOfNothingIsTheGlobalModel() throws {
        #expect(try FederatedAverages.mean([5, -5], []) == [5, -5])
    }

    @Test func meanFloorsAfterAddingHalfOfTheCount() throws {
        // Δ sums 1 and −1 over two: (1 + 1)/2 = 1, (−1 + 1)/2 = 0.
        #expect(try FederatedAverages.mean([0, 0], [[1, -1], [0, 0]]) == [1, 0])
        // Δ sums 4 and −4 over three: ⌊5/3⌋ = 1, ⌊−3/3⌋ = −1.
        let near: [[Int32]] = [[14, 6], [10, 10], [10, 10]]
        #expect(try FederatedAverages.mean([10, 10], near) == [11, 9])
        // Δ sums −5 over three: ⌊−4/3⌋ = −2.
        #expect(try FederatedAverages.mean([0, 0], [[-5, 5], [0, 0], [0, 0]]) == [-2, 2])
    }

    @Test func meanNeverSaturates() throws {
        let ends: [[Int32]] = [[.max, .min], [.max, .min], [.max, .min]]
        #expect(try FederatedAverages.mean([.min, .max], ends) == [.max, .min])
        #expect(try FederatedAverages.mean([.max, .min], [[.min, .max]]) == [.min, .max])
    }

    @Test(arguments: [61, 62] as [UInt64])
    func leavingOneOutEqualsNeverAddingIt(_ seed: UInt64) throws {
        var random = SplitMix64(seed: seed)
        let all = (0..<9).map { _ in [random.edgyInt32(), random.edgyInt32()] }
        let global = [random.edgyInt32(), random.edgyInt32()]
        for out in all.indices {
            var sum = FederatedAverage(global: try FederatedAverages.model(global))
            for parameters in all.reversed() { sum.add(try FederatedAverages.model(parameters)) }
            sum.remove(try FederatedAverages.model(all[out]))
            var rest = all
            rest.remove(at: out)
            #expect(
                try sum.mean(architecture: FederatedAverages.architecture()).parameters
                    == FederatedAverages.mean(global, rest), "seed \(seed)")
        }
    }

    @Test func aMeanMayFailTheLoadProof() throws {
        // Rows that reach the limit differently: their halves, rounded up, go beyond it.
        let architecture = try Architecture(
            parsing: ArchBlob.make([4], [ArchBlob.dense(1, bias: 0)], head: 3))
        let half = Int32(DML1.rowLimit / 2)
        var sum = FederatedAverage(
            global: try Model(parameters: [0, 0, 0, 0], architecture: architecture))
        sum.add(try Model(parameters: [half - 1, half, 1, 0], architecture: architecture))
        sum.add(try Model(parameters: [half, half - 1, 0, 1], architecture: architecture))
        #expect(throws: VerifierError.rowOverflow(tensor: 0, row: 0)) {
            try sum.mean(architecture: architecture)
        }
    }

    @Test func squaredDistanceNeedsMoreThanSixtyFourBits() throws {
        let low = try FederatedAverages.model([.min, .min])
        let high = try FederatedAverages.model([.max, .max])
        let edge = UInt128(UInt32.max)
        #expect(high.squaredDistance(to: low) == 2 * edge * edge)
        #expect(low.squaredDistance(to: high) == 2 * edge * edge)
        #expect(low.squaredDistance(to: low) == 0)
        let near = try FederatedAverages.model([.min + 3, .min + 4])
        #expect(near.squaredDistance(to: low) == 25)
    }
}
