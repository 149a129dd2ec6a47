import Testing
import Verifier

/// The example of docs/arithmetic.md, number by number.
@Suite struct WorkedExample {
    static func bytes(_ hex: String) -> [UInt8] {
        let digits = Array(hex.utf8.filter { $0 != UInt8(ascii: " ") })
        return stride(from: 0, to: digits.count, by: 2).map {
            GoldenVectors.nibble(digits[$0]) << 4 | GoldenVectors.nibble(digits[$0 + 1])
        }
    }

    static let arch = bytes("444d4c41 01 01 02000000 02 01 02000000 01 11 9a190000 01")
    static let weights = bytes(
        "444d4c57 01 00 01 00 83dc90f562557b1c3c10ea181a661ce2 0200 000000000000"
            + "09 08 0000 60 c0 81 21 03 fb")
    static let dataset = bytes(
        "444d4c44 01 02 00 03 02000000 02000000 0100 0000000000000000000000000000"
            + "204e 8fe8 d4fe ff7f 0000 0100")

    @Test func everyNumberIsAsWritten() throws {
        let architecture = try Architecture(parsing: WorkedExample.arch)
        let model = try Model(
            parsing: WorkedExample.weights, architecture: architecture, base: nil, dtype: .int8)
        #expect(model.parameters == [49_152, -32_768, -65_024, 16_896, 768, -1_280])
        let data = try Dataset(parsing: WorkedExample.dataset, architecture: architecture)
        let inference = Inference(architecture: architecture, model: model)
        #expect(
            inference.activations(of: 0, in: data)
                == [[160_000, -48_008], [144_772, -172_407], [144_772, -17_242]])
        #expect(
            inference.activations(of: 1, in: data)
                == [[-2_400, 262_136], [-132_100, 68_683], [-13_211, 68_683]])
        #expect(Transcendentals.expNeg(-162_014) == 90_628_380)
        #expect(Transcendentals.expNeg(-81_894) == 307_754_254)
        let results = (0..<2).compactMap { inference.result(of: $0, in: data) }
        #expect(results.map(\.loss) == [87_006_120, 270_601_673])
        #expect(results.map(\.predicted) == [0, 1])
        #expect(
            results.map(\.probabilities)
                == [[990_167_475, 83_574_349], [239_196_201, 834_545_623]])
        var evaluation = Evaluation(architecture: architecture, model: model, data: data)
        #expect(architecture.workPerSample == 304)
        #expect(evaluation.step(budget: .max) == 616)
        #expect(evaluation.metrics.loss == 357_607_793)
        #expect(evaluation.metrics.correct == 2)
        #expect(evaluation.metrics.aucNumerator == 2)
        #expect(evaluation.metrics.aucDenominator == 2)
    }
}
