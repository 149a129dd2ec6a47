import Testing
import Verifier

@Suite struct ArchitectureRefusals {
    static func refusal(_ blob: [UInt8]) -> VerifierError? {
        do throws(VerifierError) {
            _ = try Architecture(parsing: blob)
            return nil
        } catch {
            return error
        }
    }

    static func refusal(
        _ input: [Int], _ layers: [[UInt8]], head: Int = 1, version: Int = 1
    ) -> VerifierError? {
        refusal(ArchBlob.make(input, layers, head: head, version: version))
    }

    static let dense = ArchBlob.dense(2)

    @Test func refusesWrongMagicAndVersion() {
        var blob = ArchBlob.make([2], [ArchitectureRefusals.dense])
        #expect(ArchitectureRefusals.refusal(blob) == nil)
        for index in 0..<4 {
            blob[index] ^= 0x20
            #expect(ArchitectureRefusals.refusal(blob) == .archMagic)
            blob[index] ^= 0x20
        }
        for version in [0, 2, 255] {
            #expect(
                ArchitectureRefusals.refusal([2], [ArchitectureRefusals.dense], version: version)
                    == .archVersion(found: UInt8(version)))
        }
    }

    @Test func refusesRanksOtherThanOneAndThree() {
        for rank in [0, 2, 4] {
            let input = [Int](repeating: 2, count: rank)
            #expect(
                ArchitectureRefusals.refusal(input, [ArchBlob.flatten, ArchitectureRefusals.dense])
                    == .archRank(found: UInt8(rank)))
        }
    }

    @Test func refusesEmptyAndOversizedInputs() {
        let layers = [ArchBlob.flatten, ArchBlob.dense(1)]
        func refusal(_ input: [Int]) -> VerifierError? {
            ArchitectureRefusals.refusal(input, layers, head: 3)
        }
        #expect(refusal([1 << 17]) == nil)
        #expect(refusal([(1 << 17) + 1]) == .archInput)
        #expect(refusal([0]) == .archInput)
        #expect(refusal([2, 0, 2]) == .archInput)
        #expect(refusal([1 << 9, 1 << 8, 1]) == nil)
        #expect(refusal([1 << 9, 1 << 8, 2]) == .archInput)
        #expect(refusal([0xFFFF_FFFF, 0xFFFF_FFFF, 0xFFFF_FFFF]) == .archInput)
    }

    @Test func takesOneToSixtyFourLayers() {
        func refusal(_ count: Int) -> VerifierError? {
            ArchitectureRefusals.refusal(
                [2], [[UInt8]](repeating: ArchBlob.relu, count: count))
        }
        #expect(refusal(0) == .archLayerCount(found: 0))
        #expect(refusal(1) == nil)
        #expect(refusal(64) == nil)
        #expect(refusal(65) == .archLayerCount(found: 65))
    }

    @Test func refusesUnknownLayerCodes() {
        let known: Set<UInt8> = [1, 2, 3, 4, 5, 0x10, 0x11, 0x12, 0x13, 0x20]
        for code in UInt8.min...UInt8.max where !known.contains(code) {
            #expect(
                ArchitectureRefusals.refusal([2], [[code]])
                    == .archLayerCode(offset: 11, found: code))
        }
    }

    @Test func refusesZeroFieldsAndOddBiasFlags() {
        let field = VerifierError.archLayerField(layer: 0)
        let flat = [ArchBlob.dense(0), ArchBlob.dense(2, bias: 2), ArchBlob.dense(2, bias: 255)]
        for layer in flat { #expect(ArchitectureRefusals.refusal([2], [layer]) == field) }
        let images = [
            ArchBlob.conv(0, kernel: (1, 1)),
            ArchBlob.conv(1, kernel: (0, 1)), ArchBlob.conv(1, kernel: (1, 0)),
            ArchBlob.conv(1, kernel: (1, 1), stride: (0, 1)),
            ArchBlob.conv(1, kernel: (1, 1), stride: (1, 0)),
            ArchBlob.conv(1, kernel: (1, 1), bias: 2),
            ArchBlob.pool(ArchBlob.maxPool, (0, 1), stride: (1, 1)),
            ArchBlob.pool(ArchBlob.maxPool, (1, 0), stride: (1, 1)),
            ArchBlob.pool(ArchBlob.averagePool, (1, 1), stride: (0, 1)),
            ArchBlob.pool(ArchBlob.averagePool, (1, 1), stride: (1, 0)),
        ]
        for layer in images {
            #expect(ArchitectureRefusals.refusal([1, 3, 3], [layer, ArchBlob.flatten]) == field)
        }
    }

    @Test func refusesLayersOnTheWrongRank() {
        let rank = VerifierError.archLayerRank(layer: 0)
        #expect(ArchitectureRefusals.refusal([1, 2, 2], [ArchBlob.dense(2)]) == rank)
        for layer in [
            ArchBlob.conv(1, kernel: (1, 1)),
            ArchBlob.pool(ArchBlob.maxPool, (1, 1), stride: (1, 1)),
            ArchBlob.pool(ArchBlob.averagePool, (1, 1), stride: (1, 1)),
            ArchBlob.globalAverage,
        ] {
            #expect(ArchitectureRefusals.refusal([4], [layer]) == rank)
        }
        #expect(ArchitectureRefusals.refusal([1, 2, 2], [ArchBlob.relu]) == .archHeadRank)
    }

    @Test func refusesKernelsThatDoNotFit() {
        func refusal(_ layer: [UInt8]) -> VerifierError? {
            ArchitectureRefusals.refusal([1, 3, 4], [layer, ArchBlob.flatten], head: 3)
        }
        let fit = VerifierError.archKernelFit(layer: 0)
        #expect(refusal(ArchBlob.conv(1, kernel: (3, 4))) == nil)
        #expect(refusal(ArchBlob.conv(1, kernel: (4, 4))) == fit)
        #expect(refusal(ArchBlob.conv(1, kernel: (3, 5))) == fit)
        #expect(refusal(ArchBlob.conv(1, kernel: (5, 5), pads: [1, 0, 1, 1])) == nil)
        #expect(refusal(ArchBlob.conv(1, kernel: (6, 5), pads: [1, 0, 1, 1])) == fit)
        #expect(refusal(ArchBlob.pool(ArchBlob.maxPool, (3, 4), stride: (9, 9))) == nil)
        #expect(refusal(ArchBlob.pool(ArchBlob.maxPool, (4, 1), stride: (1, 1))) == fit)
        #expect(refusal(ArchBlob.pool(ArchBlob.averagePool, (1, 5), stride: (1, 1))) == fit)
    }

    @Test func refusesPaddingsAsLargeAsTheKernel() {
        for side in 0..<4 {
            var pads = [1, 2, 1, 2]
            func refusal() -> VerifierError? {
                let conv = ArchBlob.conv(1, kernel: (2, 3), pads: pads)
                return ArchitectureRefusals.refusal([1, 5, 5], [conv, ArchBlob.flatten])
            }
            #expect(refusal() == nil)
            pads[side] += 1
            #expect(refusal() == .archPadding(layer: 0))
        }
    }

    @Test func refusesOutputsBeyondTheLimit() {
        #expect(
            ArchitectureRefusals.refusal([1], [ArchBlob.dense(1 << 17, bias: 0)], head: 3) == nil)
        for outputs in [(1 << 17) + 1, 0x7FFF_FFFF, 0xFFFF_FFFF] {
            #expect(
                ArchitectureRefusals.refusal([1], [ArchBlob.dense(outputs)], head: 3)
                    == .archLayerSize(layer: 0))
        }
        let conv = ArchBlob.conv(3, kernel: (1, 1))
        #expect(
            ArchitectureRefusals.refusal([1, 1 << 8, 1 << 8], [conv, ArchBlob.flatten], head: 3)
                == .archLayerSize(layer: 0))
    }

    @Test func refusesTooManyParameters() {
        func refusal(_ outputs: Int, bias: Int) -> VerifierError? {
            ArchitectureRefusals.refusal([512], [ArchBlob.dense(outputs, bias: bias)], head: 3)
        }
        #expect(refusal(512, bias: 0) == nil)
        #expect(refusal(512, bias: 1) == .archParameterLimit(found: 262_656))
        #expect(
            ArchitectureRefusals.refusal(
                [1 << 17], [ArchBlob.dense(1 << 17, bias: 0)], head: 3)
                == .archParameterLimit(found: 1 << 34))
        // The largest product that the fields allow: 65,535 · 255² per channel.
        let conv = ArchBlob.conv(
            65_535, kernel: (255, 255), stride: (255, 255), pads: [127, 127, 127, 127])
        #expect(
            ArchitectureRefusals.refusal([1 << 17, 1, 1], [conv, ArchBlob.flatten])
                == .archParameterLimit(found: 65_535 * (1 << 17) * 255 * 255 + 65_535))
    }

    @Test func refusesHeadsThatDoNotFit() {
        func refusal(_ outputs: Int, head: Int) -> VerifierError? {
            ArchitectureRefusals.refusal([1], [ArchBlob.dense(outputs, bias: 0)], head: head)
        }
        #expect(refusal(1, head: 1) == .archHeadOutputs(found: 1))
        #expect(refusal(2, head: 1) == nil)
        #expect(refusal(65_536, head: 1) == nil)
        #expect(refusal(65_537, head: 1) == .archHeadOutputs(found: 65_537))
        #expect(refusal(1, head: 2) == nil)
        #expect(refusal(2, head: 2) == .archHeadOutputs(found: 2))
        #expect(refusal(65_537, head: 3) == nil)
        for head in [0, 4, 255] {
            #expect(refusal(2, head: head) == .archHeadCode(found: UInt8(head)))
        }
    }

    @Test func refusesTooMuchWorkPerSample() {
        func refusal(_ window: Int) -> VerifierError? {
            let pool = ArchBlob.pool(ArchBlob.maxPool, (window, window), stride: (1, 1))
            return ArchitectureRefusals.refusal([1, 362, 362], [pool, ArchBlob.flatten], head: 3)
        }
        // The limits of shapes and parameters hold for both; only the window reads differ.
        #expect(refusal(20) == nil)
        // The layers, windows, then the values of the input, the pool and Flatten.
        let outputs = 341 * 341
        let work = 2 * 40 + 2 * outputs * 22 * 22 + 4 * (362 * 362 + 2 * outputs)
        #expect(refusal(22) == .archWorkLimit(found: UInt64(work)))
    }

    @Test func refusesEveryTruncationAndEveryExtension() {
        let blob = ArchitectureRules.all
        for length in 0..<blob.count {
            #expect(ArchitectureRefusals.refusal(Array(blob.prefix(length))) != nil)
        }
        #expect(ArchitectureRefusals.refusal(blob + [0]) == .archTrailing(offset: blob.count))
        #expect(
            ArchitectureRefusals.refusal(Array(blob.dropLast()))
                == .archTruncated(offset: blob.count - 1))
    }

    /// What parses must be written back as the same bytes: nothing is read in two ways.
    @Test func acceptedMutationsReadBackAsThemselves() throws {
        var accepted = 0
        for index in ArchitectureRules.all.indices {
            for value in UInt8.min...UInt8.max {
                var blob = ArchitectureRules.all
                blob[index] = value
                guard let architecture = try? Architecture(parsing: blob) else { continue }
                accepted += 1
                if ArchitectureRefusals.encoded(architecture) != blob {
                    Issue.record("byte \(index) = \(value) reads back differently")
                }
            }
        }
        #expect(accepted > ArchitectureRules.all.count)
    }

    /// The blob of an architecture, from its parsed fields only.
    static func encoded(_ architecture: Architecture) -> [UInt8] {
        let layers = architecture.layers.map { layer in
            switch layer {
            case .dense(let outputs, let bias): ArchBlob.dense(outputs, bias: bias ? 1 : 0)
            case .conv2D(let c):
                ArchBlob.conv(
                    c.outputs, kernel: (c.kernelHeight, c.kernelWidth),
                    stride: (c.strideHeight, c.strideWidth),
                    pads: [c.padTop, c.padLeft, c.padBottom, c.padRight], bias: c.bias ? 1 : 0)
            case .maxPool(let w): pool(ArchBlob.maxPool, w)
            case .averagePool(let w): pool(ArchBlob.averagePool, w)
            case .globalAveragePool: ArchBlob.globalAverage
            case .relu: ArchBlob.relu
            case .leakyReLU(let slope): ArchBlob.leaky(slope)
            case .sigmoid: ArchBlob.sigmoid
            case .tanh: ArchBlob.tanh
            case .flatten: ArchBlob.flatten
            }
        }
        return ArchBlob.make(
            architecture.inputDimensions, layers, head: Int(architecture.head.rawValue))
    }

    private static func pool(_ code: Int, _ window: Window) -> [UInt8] {
        ArchBlob.pool(
            code, (window.height, window.width),
            stride: (window.strideHeight, window.strideWidth))
    }
}
