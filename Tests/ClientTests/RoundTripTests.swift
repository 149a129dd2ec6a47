import Archive
import Client
import Content
import CoreCommands
import TestSupport
import Testing

/// Random files through `deml upload` into a job, as its evaluation data, in many inputs.
@Suite struct RoundTripTests {
    private static let profiles: [ProfileName] = [.raw, .unixfsV0_2015, .unixfsV1_2025]

    private static func chain(_ seed: UInt64) throws -> (Chain, SplitMix64) {
        var random = SplitMix64(seed: seed)
        let chain = Chain(samples: 140 + Int(random.next() % 40), &random)
        try chain.post()
        return (chain, random)
    }

    /// Through a CAR file with each block once, in any order, as it would come from a gateway.
    @Test(arguments: 0..<10)
    func aFileOfManyBlocksArrives(seed: UInt64) throws {
        var (chain, random) = try Self.chain(seed)
        let profile = Self.profiles[Int(seed % 2) + 1]
        let blocks = profile.blocks(of: chain.data)
        let root = try #require(blocks.last).cid
        let car = CARWriter.encode(roots: [root], blocks: blocks.shuffled(using: &random))
        let source = try FileSource(car: car, root: nil)
        #expect(source.file == chain.data)
        try chain.upload(source)
        #expect(try chain.phase() == "open", "seed \(seed)")
        #expect(try chain.content(root) == chain.data, "seed \(seed)")
    }

    /// The connection breaks after any piece: what has come is not sent again.
    @Test(arguments: 0..<12)
    func aBrokenUploadGoesOnWhereItStands(seed: UInt64) throws {
        var (chain, random) = try Self.chain(seed)
        let source = try FileSource(
            file: chain.data, profile: Self.profiles[Int(seed % 3)])
        let plan = UploadPlan(source, job: 0)
        let count = try plan.payloads().count
        let before = chain.pieces
        for _ in 0..<3 {
            chain.piecesUntilBreak = 1 + Int(random.next() % UInt64(count / 4))
            #expect(throws: Chain.Broken.self) { try chain.upload(source) }
        }
        chain.piecesUntilBreak = nil
        try chain.upload(source)
        #expect(chain.pieces - before == count, "seed \(seed)")
        #expect(try chain.phase() == "open", "seed \(seed)")
        // A file that is whole is left alone.
        try chain.upload(source)
        #expect(chain.pieces - before == count, "seed \(seed)")
    }

    /// A piece of an earlier run that is still on its way takes the place of the first of this one.
    @Test func aPieceThatWasOnItsWayDoesNoHarm() throws {
        let (chain, _) = try Self.chain(1)
        let source = try FileSource(file: chain.data, profile: .raw)
        chain.piecesUntilBreak = 3
        #expect(throws: Chain.Broken.self) { try chain.upload(source) }
        chain.piecesUntilBreak = nil
        let start = try #require(
            try chain.start(of: source, in: 0, from: Chain.sponsor))
        let plan = UploadPlan(source, job: 0)
        chain.advance(try plan.payload(at: start), from: Chain.sponsor)
        try Uploader(source, job: 0, from: Chain.sponsor, to: chain).run(from: start) { _, _ in }
        #expect(try chain.phase() == "open")
    }

    /// What another file of the same kind has brought goes only on demand.
    @Test func anotherFileIsReplacedOnlyOnDemand() throws {
        let (chain, _) = try Self.chain(2)
        var wrong = chain.data
        wrong[wrong.count - 1] = 1
        let other = try FileSource(file: wrong, profile: .raw)
        chain.piecesUntilBreak = 2
        #expect(throws: Chain.Broken.self) { try chain.upload(other) }
        chain.piecesUntilBreak = nil
        let source = try FileSource(file: chain.data, profile: .unixfsV1_2025)
        let failure = #expect(throws: ToolFailure.self) { try chain.upload(source) }
        #expect(failure?.code == "unfinished")
        try chain.upload(source, restarting: true)
        #expect(try chain.phase() == "open")
    }

    /// Data that are not those of the terms are dropped with their last byte, and the tool says so.
    @Test func whatTheApplicationDropsIsSaid() throws {
        let (chain, _) = try Self.chain(3)
        var wrong = chain.data
        wrong[wrong.count - 2] ^= 1
        let source = try FileSource(file: wrong, profile: .raw)
        let failure = #expect(throws: ToolFailure.self) { try chain.upload(source) }
        #expect(failure?.code == "wrongData")
        #expect(try chain.phase() == "filling")
    }

    /// Data that are those of the terms but no data set end the job with their last byte.
    @Test func aJobThatEndsWithTheLastByteIsSaid() throws {
        var random = SplitMix64(seed: 5)
        let chain = Chain(samples: 140, &random, label: 9)
        try chain.post()
        let source = try FileSource(file: chain.data, profile: .unixfsV0_2015)
        let failure = #expect(throws: ToolFailure.self) { try chain.upload(source) }
        #expect(failure?.code == "invalidData")
        #expect(try chain.phase() == "cancelled")
    }

    /// A client has nothing to upload while the job is filled.
    @Test func aPhaseThatTakesNothingIsSaidBeforeAnythingIsSent() throws {
        let (chain, _) = try Self.chain(4)
        let source = try FileSource(file: chain.base, profile: .raw)
        let failure = #expect(throws: ToolFailure.self) {
            try chain.start(of: source, in: 0, from: Chain.application)
        }
        #expect(failure?.code == "wrongPhase")
    }
}
