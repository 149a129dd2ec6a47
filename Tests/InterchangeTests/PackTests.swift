import CoreCommands
import Foundation
import TestSupport
import Testing
import Verifier

@testable import Interchange
@testable import deml

@Suite struct Packing {
    @Test(arguments: ["f16", "bf16", "f32", "f64"])
    func tensorsBecomeTheExportersBytes(_ format: String) throws {
        let file = try SafeTensors(Samples.bytes("\(format).safetensors"))
        for (name, dtype) in [("i8", WeightsDType.int8), ("i32", .int32)] {
            let blob = try WeightsPacking.blob(
                of: file, architecture: Samples.architecture(), names: [], dtype: dtype, base: nil)
            #expect(try blob.bytes == Samples.bytes("\(format)-as-\(name).dmlw"))
            // Half a step of the stored numbers: 2^-17 for i32.
            let step = blob.parts.map { pow(2, Double($0.exponent) - 17) }.max() ?? 0
            #expect(blob.worstError <= step + 0x1p-17)
        }
    }

    @Test func withABaseTheDifferenceIsPacked() throws {
        let architecture = try Samples.architecture()
        let base = try Model.base(
            parsing: Samples.bytes("base.dmlw"), architecture: architecture)
        let blob = try WeightsPacking.blob(
            of: SafeTensors(Samples.bytes("f64.safetensors")), architecture: architecture,
            names: ["0.weight", "0.bias", "4.weight"], dtype: .int8, base: base)
        #expect(try blob.bytes == Samples.bytes("f64-as-i8-delta.dmlw"))
    }

    @Test func arraysAndTablesBecomeTheExportersBytes() throws {
        let architecture = try Samples.architecture()
        let archive = try ZipArchive(Samples.bytes("deflated.npz"))
        let arrays = try DatasetPacking(
            architecture: architecture, x: archive.array(named: "x"), y: archive.array(named: "y"))
        let table = try DatasetPacking(
            architecture: architecture, table: CSVTable(Samples.bytes("table.csv")),
            targets: ["label"])
        for (name, dtype) in [("i8", DataDType.int8), ("i16", .int16), ("i32", .int32)] {
            let expected = try Samples.bytes("data-\(name).dmld")
            #expect(try arrays.blob(dtype: dtype, divisor: 1).bytes == expected)
            #expect(try table.blob(dtype: dtype, divisor: 1).bytes == expected)
        }
        // Negative samples do not fit.
        #expect(throws: ToolFailure.self) { try arrays.blob(dtype: .uint8, divisor: 1) }
    }

    @Test func lastColumnsAreTheTargetsByDefault() throws {
        let architecture = try ArchDescription(
            parsingJSON: Array(
                #"{"input":[1],"layers":[{"type":"dense","outputs":2}],"head":"identity"}"#.utf8)
        ).encode()
        let packing = try DatasetPacking(
            architecture: architecture, table: CSVTable(Array("1,2,3\n4,5,6".utf8)), targets: [])
        #expect(packing.x == [1, 4])
        #expect(packing.y == [2, 3, 5, 6])
    }

    @Test(arguments: [[-1.0], [0.5], [65_536], [.nan], [3]])
    func refusesLabelsThatAreNoClass(_ label: [Double]) throws {
        let packing = try DatasetPacking(
            architecture: Samples.architecture(),
            x: NumberArray(shape: [1, 16], values: [Double](repeating: 0, count: 16)),
            y: NumberArray(shape: [1], values: label))
        #expect(throws: ToolFailure.self) { try packing.blob(dtype: .int32, divisor: 1) }
    }

    /// Numbers beyond ±32768 are cut off, and counted wherever that happens.
    @Test func valuesThatDoNotFitAreCounted() throws {
        let architecture = try ArchDescription(
            parsingJSON: Array(
                #"{"input":[1],"layers":[{"type":"dense","outputs":1}],"head":"identity"}"#.utf8)
        ).encode()
        let packing = try DatasetPacking(
            architecture: architecture, table: CSVTable(Array("1e6,-1e5\n2,32768\n3,4".utf8)),
            targets: [])
        let blob = try packing.blob(dtype: .int32, divisor: 1)
        #expect(blob.parts.map(\.clipped) == [1, 2])
        let finer = try packing.blob(dtype: .int32, divisor: 100)
        #expect(finer.parts.map(\.clipped) == [0, 2])
    }

    @Test func whatIsNotFiniteIsNamed() throws {
        let packing = try DatasetPacking(
            architecture: Samples.architecture(),
            x: NumberArray(shape: [2, 16], values: (0..<32).map { $0 == 19 ? .nan : 1 }),
            y: NumberArray(shape: [2], values: [0, 1]))
        let failure = #expect(throws: ToolFailure.self) {
            try packing.blob(dtype: .int32, divisor: 1)
        }
        #expect(failure?.message == "Value 3 of sample 1 is nan.")
    }

    @Test func tablesWithAnIndexColumnAreToldApart() throws {
        let table = try CSVTable(Array(",a,b,y\n0,1,2,0".utf8))
        let architecture = try ArchDescription(
            parsingJSON: Array(
                #"{"input":[2],"layers":[{"type":"dense","outputs":2}],"head":"softmax"}"#.utf8)
        ).encode()
        let failure = #expect(throws: ToolFailure.self) {
            try DatasetPacking(architecture: architecture, table: table, targets: ["y"])
        }
        #expect(failure?.message.hasSuffix("each sample has 2 values: , a, b") == true)
    }

    @Test func unknownMembersOfADescriptionAreNamed() {
        let failure = #expect(throws: ToolFailure.self) {
            try ArchDescription(
                parsingJSON: Array(#"{"input":[1],"head":"softmax","x":[{}]}"#.utf8))
        }
        #expect(failure?.message == "The description has x beside input, layers and head.")
    }

    @Test func refusesNumbersThatAreNotFinite() throws {
        #expect(throws: ToolFailure.self) { try Quantisation.raw(.infinity) }
        #expect(throws: ToolFailure.self) { try Quantisation.raw(.nan) }
        #expect(try Quantisation.raw(1e300) == Int64(Int32.max))
        #expect(try Quantisation.raw(0.5 / 65_536) == 0)
        #expect(try Quantisation.raw(1.5 / 65_536) == 2)
    }

    @Test func exponentIsTheSmallestThatFits() {
        let small = Quantisation(raw: [127, -127], range: .signed(bits: 8))
        #expect(small.exponent == 0 && small.stored == [127, -127] && small.clipped == 0)
        let next = Quantisation(raw: [128, -3], range: .signed(bits: 8))
        #expect(next.exponent == 1 && next.stored == [64, -2])
        let most = Quantisation(raw: [1 << 31, 0], range: .signed(bits: 8))
        #expect(most.exponent == 15 && most.stored == [127, 0] && most.clipped == 1)
        let pixels = Quantisation(raw: [0, 65_536], range: .unsigned8)
        #expect(pixels.exponent == 9 && pixels.stored == [0, 128])
    }

    @Test func tensorsThatDoNotFitAreNamed() throws {
        let architecture = try Samples.architecture()
        let file = try SafeTensors(Samples.bytes("f32.safetensors"))
        for names in [["0.bias", "0.weight", "4.weight"], ["0.weight"], ["0.weight", "x", "y"]] {
            #expect(throws: ToolFailure.self) {
                try WeightsPacking.blob(
                    of: file, architecture: architecture, names: names, dtype: .int32, base: nil)
            }
        }
    }

    @Test func namesAreSortedAsPeopleCount() throws {
        let layers = (0..<12).map { _ in #"{"type":"dense","outputs":1}"# }
        let text = #"{"input":[1],"layers":[\#(layers.joined(separator: ","))],"head":"identity"}"#
        let architecture = try ArchDescription(parsingJSON: Array(text.utf8)).encode()
        let names = (0..<12).flatMap { ["net.\($0).weight", "net.\($0).bias"] }
        let tensors = names.sorted().map {
            (name: $0, shape: $0.hasSuffix("bias") ? [1] : [1, 1], values: [0.0])
        }
        let file = try SafeTensors(SafeTensors.encode(tensors, single: true, metadata: []))
        let matched = try TensorMatching.match(file, architecture: architecture, names: [])
        #expect(matched.map(\.name) == names)
    }

    @Test func exportedModelsPackToTheSameBlob() throws {
        let architecture = try Samples.architecture()
        let blob = try Samples.bytes("f64-as-i32.dmlw")
        let model = try Model.base(parsing: blob, architecture: architecture)
        let file = WeightsPacking.safetensors(
            of: model, architecture: architecture, single: false)
        let packed = try WeightsPacking.blob(
            of: SafeTensors(file), architecture: architecture, names: [], dtype: .int32, base: nil)
        #expect(packed.bytes == blob)
        #expect(packed.worstError == 0)
    }
}

@Suite struct Descriptions {
    @Test func describesTheSampleArchitecture() throws {
        let architecture = try ArchDescription(
            parsingJSON: Samples.bytes("arch.json")
        ).encode()
        #expect(try architecture.bytes == Samples.bytes("arch.dmla"))
    }

    /// Every architecture of the golden vectors survives being described.
    @Test func whatIsDescribedPacksToTheSameBlob() throws {
        let golden = try #require(Scores.golden)
        var count = 0
        for line in golden.split(separator: "\n") {
            let fields = try JSONSerialization.jsonObject(with: Data(line.utf8))
            guard let blob = Scores.blob((fields as? [String: Any])?["arch"]),
                let architecture = try? Architecture(parsing: blob)
            else { continue }
            let text = ArchDescription.json(of: architecture)
            #expect(try ArchDescription(parsingJSON: text).encode().bytes == blob)
            count += 1
        }
        #expect(count > 200)
    }

    @Test(arguments: [
        ("format", #"{"input":[2,2],"layers":["relu"],"head":"softmax"}"#),
        ("format", #"{"input":[2],"layers":["relu"],"head":"soft"}"#),
        ("format", #"{"input":[2],"layers":["gelu"],"head":"softmax"}"#),
        ("format", #"{"input":[2],"layers":[{"type":"dense"}],"head":"softmax"}"#),
        ("format", #"{"input":[2],"layers":[{"type":"relu","slope":1}],"head":"softmax"}"#),
        ("format", #"{"input":[2],"layers":[{"type":"dense","units":3}],"head":"softmax"}"#),
        ("format", #"{"input":[2],"layers":[{"type":"leakyRelu","slope":"x"}],"head":"softmax"}"#),
        (
            "format",
            #"{"input":[1,9,9],"layers":[{"type":"maxPool","kernel":256}],"head":"softmax"}"#
        ),
        ("format", #"{"input":[2],"layers":["relu"],"head":"softmax","heads":2}"#),
        ("format", #"{"input":[2],"layers":["relu"]"#),
        ("archHeadRank", #"{"input":[1,2,2],"layers":["relu"],"head":"softmax"}"#),
        ("archInput", #"{"input":[0],"layers":["relu"],"head":"softmax"}"#),
        ("archLayerCount", #"{"input":[2],"layers":[],"head":"softmax"}"#),
    ])
    func refusesWhatIsNoNetwork(_ code: String, _ text: String) {
        let failure = #expect(throws: ToolFailure.self) {
            try ArchDescription(parsingJSON: Array(text.utf8)).encode()
        }
        #expect(failure?.code == code)
    }

    @Test func tellsIdWorkAndShapes() throws {
        let blob = PackArchCommand.packed(try Samples.architecture())
        let text = blob.lines.joined(separator: "\n")
        #expect(text.contains("2×4×4 → 2×4×4 → 2×2×2 → 8 → 3"))
        #expect(text.contains(blob.cid))
    }
}
