import Testing
import Verifier

@Suite struct LoadProof {
    /// 2^32 − 2^17: the largest Σ|w| of a row.
    static let limit = (1 << 32) - (1 << 17)

    static func loads(_ architecture: Architecture, _ values: [Int]) -> VerifierError? {
        do throws(VerifierError) {
            _ = try Model(
                parsing: WeightsBlob(architecture, values).bytes(architecture),
                architecture: architecture, base: nil, dtype: nil)
            return nil
        } catch {
            return error
        }
    }

    @Test func denseRowsMayReachTheLimitButNotPassIt() throws {
        let architecture = try Architecture(parsing: ArchBlob.make([4], [ArchBlob.dense(2)]))
        let half = LoadProof.limit / 2
        let fits = [half, -half, 0, 0]
        let over = [half, 1, -half, 0]
        let zero = [0, 0, 0, 0]
        let bias = [Int(Int32.min), Int(Int32.max)]
        #expect(LoadProof.loads(architecture, fits + zero + bias) == nil)
        #expect(LoadProof.loads(architecture, zero + fits + bias) == nil)
        #expect(
            LoadProof.loads(architecture, over + fits + bias) == .rowOverflow(tensor: 0, row: 0))
        #expect(
            LoadProof.loads(architecture, fits + over + bias) == .rowOverflow(tensor: 0, row: 1))
    }

    @Test func magnitudeOfTheLowestNumberCountsInFull() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([2], [ArchBlob.dense(1, bias: 0)], head: 3))
        let rest = LoadProof.limit - (1 << 31)
        #expect(LoadProof.loads(architecture, [Int(Int32.min), rest]) == nil)
        #expect(
            LoadProof.loads(architecture, [Int(Int32.min), rest + 1])
                == .rowOverflow(tensor: 0, row: 0))
    }

    @Test func convolutionRowsSpanAllChannelsOfAKernel() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make(
                [2, 2, 2],
                [ArchBlob.conv(2, kernel: (1, 2)), ArchBlob.flatten, ArchBlob.dense(2)]))
        let half = LoadProof.limit / 2
        var values = [Int](repeating: 0, count: architecture.parameterCount)
        values[4] = half
        values[7] = half
        #expect(LoadProof.loads(architecture, values) == nil)
        values[5] = 1
        #expect(LoadProof.loads(architecture, values) == .rowOverflow(tensor: 0, row: 1))
        values[5] = 0
        // Tensor 2 is the Dense weight behind the convolution's bias.
        values[10] = half
        values[11] = half
        #expect(LoadProof.loads(architecture, values) == nil)
        values[12] = -1
        #expect(LoadProof.loads(architecture, values) == .rowOverflow(tensor: 2, row: 0))
    }

    @Test func theProofRunsAfterTheDeltaIsApplied() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([3], [ArchBlob.dense(1, bias: 0)], head: 3))
        let half = LoadProof.limit / 2
        let base = try Model(
            parsing: WeightsBlob(architecture, [half, half, 0]).bytes(architecture),
            architecture: architecture, base: nil, dtype: nil)
        func refusal(_ delta: [Int]) -> VerifierError? {
            var blob = WeightsBlob(architecture, delta)
            blob.kind = 1
            do throws(VerifierError) {
                _ = try Model(
                    parsing: blob.bytes(architecture), architecture: architecture, base: base,
                    dtype: nil)
                return nil
            } catch {
                return error
            }
        }
        #expect(refusal([0, 0, 0]) == nil)
        #expect(refusal([0, 0, 1]) == .rowOverflow(tensor: 0, row: 0))
        // A delta that would fail alone is fine when the result is not.
        #expect(refusal([-half, -half, half]) == nil)
    }

    @Test func parametersOfTheWrongNumberAreRefused() throws {
        let architecture = try Architecture(parsing: ArchBlob.make([4], [ArchBlob.dense(2)]))
        #expect(throws: VerifierError.weightsLength(expected: 40, found: 36)) {
            try Model(parameters: [Int32](repeating: 0, count: 9), architecture: architecture)
        }
    }

    /// The largest sums that the proof lets through stay exact: no kernel wraps around.
    @Test func extremeRowsComputeExactly() throws {
        let architecture = try Architecture(
            parsing: ArchBlob.make([2], [ArchBlob.dense(1)], head: 3))
        let rest = LoadProof.limit - (1 << 31)
        let lowest = Int(Int32.min)
        let cases: [(weights: [Int], bias: Int, input: [Int32])] = [
            ([lowest, -rest], Int(Int32.max), [.min, .min]),
            ([lowest, rest], Int(Int32.max), [.min, .max]),
            ([lowest, -rest], lowest, [.max, .max]),
            ([lowest, rest], lowest, [.max, .min]),
            ([lowest, rest], 0, [.max, .max]),
            ([lowest, rest], 7, [0, 0]),
        ]
        for (weights, bias, input) in cases {
            var sum = Int128(bias) << 16 + (1 << 15)
            for (weight, x) in zip(weights, input) { sum += Int128(weight) * Int128(x) }
            let model = try Model(
                parsing: WeightsBlob(architecture, weights + [bias]).bytes(architecture),
                architecture: architecture, base: nil, dtype: nil)
            let inference = Inference(architecture: architecture, model: model)
            #expect(inference.logits(for: input) == [Int32(clamping: sum >> 16)])
        }
    }
}
