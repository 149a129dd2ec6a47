import ABI
import Content
import TestSupport
import Testing
import Vouchers

@testable import Marketplace

@Suite struct DagContentTests {
    @Test func baseModelAndDataMayComeAsBlocks() throws {
        let base = try WideJob.model(weight: 0)
        let root = try WideJob.root(base)
        var market = try Market.withWideJob(base: root)
        // The root first: what is missing is known at once.
        try market.upload(WideJob.blocks(base).reversed(), from: Market.sponsor)
        #expect(try market.content()["baseModelStored"] as? Bool == true)
        #expect(try market.content()["baseModelCid"] as? String == root.text)
        #expect(try market.phase() == "filling")
        try market.upload(WideJob.blocks(WideJob.data), from: Market.sponsor)
        #expect(try market.phase() == "open")
        #expect(try market.content()["awaited"] == nil)
        // Only the two files are left, also under their roots.
        #expect(
            market.engine.state.content.storedBytes == base.count + WideJob.data.count)
        for cid in [root, CID.raw(base), try WideJob.root(WideJob.data)] {
            #expect(try market.inspect("content/\(cid.text)")["size"] as? Int != nil)
        }
    }

    @Test func aSubmissionWaitsForItsBlocks() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        let blocks = try WideJob.blocks(model)
        let root = try WideJob.root(model)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        try market.upload(Array(blocks[..<3]), from: Market.ada)
        #expect(try market.submit(root, from: Market.ada) == nil)
        #expect(try market.awaited().map(\.0) == ["model"])
        #expect(try market.awaited().map(\.1) == [[root.text]])
        try market.upload(Array(blocks[4...]), from: Market.ada)
        #expect(try market.awaited().map(\.1) == [[blocks[3].cid.text]])
        #expect(market.notices(NoticeFunctions.submitted).isEmpty)
        #expect(try market.upload(blocks[3], from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.submitted).count == 1)
        let scored = try #require(market.notices(NoticeFunctions.submissionScored).first)
        #expect(scored[3] == .bytes(root.binary))
        #expect(scored.last == .bool(true))
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func blocksThatAreThereCountAtOnce() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        try market.upload(WideJob.blocks(model), from: Market.ada)
        // A root of something else is refused, and nothing changes.
        let other = try WideJob.root(WideJob.data)
        #expect(try market.submit(CID.raw([1]), from: Market.ada) == "wrongCommitment")
        #expect(
            try market.submit(try WideJob.root(model), from: Market.ada, data: other) == "wrongData"
        )
        #expect(try market.submit(try WideJob.root(model), from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func blocksOfAnotherModelLeaveTheCommitmentOpen() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        let other = try WideJob.model(weight: 5)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        #expect(try market.submit(try WideJob.root(other), from: Market.ada) == nil)
        let blocks = try WideJob.blocks(other)
        try market.upload(Array(blocks.dropLast()), from: Market.ada)
        let last = try #require(blocks.last)
        #expect(try market.upload(last, from: Market.ada) == "wrongCommitment")
        #expect(try market.awaited().isEmpty)
        #expect(market.notices(NoticeFunctions.submissionScored).isEmpty)
        // The blocks give way, so that there is room for the right ones.
        try market.upload(WideJob.blocks(model), from: Market.ada)
        #expect(try market.submit(try WideJob.root(model), from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func aNewCommitmentForgetsTheAwaitedModel() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        #expect(try market.submit(try WideJob.root(model), from: Market.ada) == nil)
        #expect(try market.awaited().count == 1)
        #expect(try market.commit(try WideJob.model(weight: 1), from: Market.ada) == nil)
        #expect(try market.awaited().isEmpty)
        try market.upload(WideJob.blocks(model), from: Market.ada)
        #expect(market.notices(NoticeFunctions.submitted).isEmpty)
    }

    @Test func aBaseModelThatIsNoFileCancelsTheJob() throws {
        let directory = DagNode(links: [], data: [8, 1]).encoded()
        let cid = CID.dagPB(digest: SHA256.hash(directory))
        var market = try Market.withWideJob(base: cid)
        let code = try market.upload(Block(cid: cid, bytes: directory), from: Market.sponsor)
        #expect(code == "invalidContent")
        #expect(market.notices(NoticeFunctions.jobCancelled).first?[1] == .uint(2))
        #expect(market.escrow(0).isZero)
        #expect(market.engine.state.content.storedBytes == 0)
    }

    @Test func aModelThatIsNoFileIsRefused() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        let directory = DagNode(links: [], data: [8, 1]).encoded()
        let cid = CID.dagPB(digest: SHA256.hash(directory))
        #expect(try market.submit(cid, from: Market.ada) == nil)
        let block = Block(cid: cid, bytes: directory)
        #expect(try market.upload(block, from: Market.ada) == "invalidContent")
        // The block is there now, so that the next attempt is refused at once.
        #expect(try market.submit(cid, from: Market.ada) == "invalidContent")
        #expect(try market.submit(CID.raw(model), from: Market.ada) == nil)
    }

    @Test func aSealedJobIsRunOnBlocksAlone() throws {
        let base = try WideJob.model(weight: 0)
        var market = try Market.withWideJob(base: try WideJob.root(base), isSealed: true)
        try market.upload(WideJob.blocks(base), from: Market.sponsor)
        #expect(try market.phase() == "commit")
        let model = try WideJob.model(weight: 90_000)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += WideJob.window
        let data = try WideJob.blocks(WideJob.data)
        let root = try WideJob.root(WideJob.data)
        let reveal = try MessageFunctions.revealData.encode([
            .uint(0), .bytes(root.binary), .bytes32(Market.salt),
        ])
        #expect(market.send(reveal, from: Market.sponsor) == nil)
        #expect(try market.awaited().map(\.1) == [[root.text]])
        #expect(market.notices(NoticeFunctions.dataRevealed).isEmpty)
        try market.upload(data, from: Market.sponsor)
        #expect(market.notices(NoticeFunctions.dataRevealed).count == 1)
        #expect(try market.phase() == "claim")
        let loss = try Market.loss(of: model, on: WideJob.data, WideJob.architecture)
        #expect(
            try market.send(MessageFunctions.claim, .uint(0), .uint(loss), from: Market.ada) == nil)
        market.now += WideJob.window
        #expect(
            try market.submit(try WideJob.root(model), from: Market.ada, data: root) == nil)
        #expect(try market.phase() == "reveal")
        try market.upload(WideJob.blocks(model).reversed(), from: Market.ada)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(1))
        #expect(market.escrow(0).isZero)
        #expect(market.engine.state.content.storedBytes == 0)
    }

    @Test func sealedDataThatIsNotTheOnePromisedDoesNotCount() throws {
        let base = try WideJob.model(weight: 0)
        var market = try Market.withWideJob(base: CID.raw(base), isSealed: true)
        #expect(try market.upload(base, from: Market.sponsor) == nil)
        #expect(try market.commit(base, from: Market.ada) == nil)
        market.now += WideJob.window
        var other = WideJob.data
        other[40] ^= 1
        let reveal = try MessageFunctions.revealData.encode([
            .uint(0), .bytes(try WideJob.root(other).binary), .bytes32(Market.salt),
        ])
        #expect(market.send(reveal, from: Market.sponsor) == nil)
        let blocks = try WideJob.blocks(other)
        try market.upload(Array(blocks.dropLast()), from: Market.sponsor)
        #expect(
            try market.upload(try #require(blocks.last), from: Market.sponsor) == "wrongCommitment")
        #expect(market.notices(NoticeFunctions.dataRevealed).isEmpty)
        // The blocks give way, so that an honest slip can be made good.
        #expect(market.engine.state.content.storedBytes == base.count)
        try market.upload(WideJob.blocks(WideJob.data), from: Market.sponsor)
        market.now += WideJob.window
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.jobDefaulted).count == 1)
    }

    @Test func theDriveIsLookedUpFirst() throws {
        let base = try WideJob.model(weight: 0)
        let model = try WideJob.model(weight: 90_000)
        var drive = ContentDrive()
        let data = FileEncoder.raw(WideJob.data)
        let raw = FileEncoder.raw(model)
        for block in try WideJob.blocks(base) + [data, raw] {
            let added = drive.add(block.bytes, cid: block.cid)
            #expect(added)
        }
        var market = try Market.withWideJob(base: try WideJob.root(base), drive: drive)
        // Nothing was uploaded.
        #expect(try market.phase() == "open")
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        #expect(try market.submit(raw.cid, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func aFullShareOfOneClientDoesNotStopAnother() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        let blocks = try WideJob.blocks(model)
        // Bob has filled his share, and waits for a block that Ada will bring.
        #expect(try market.upload(try WideJob.model(weight: 3), from: Market.bob) == nil)
        #expect(try market.commit(model, from: Market.bob) == nil)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        #expect(try market.submit(try WideJob.root(model), from: Market.bob) == nil)
        for block in blocks.dropLast() {
            #expect(try market.upload(block, from: Market.ada) == nil)
        }
        #expect(try market.upload(try #require(blocks.last), from: Market.ada) == "quota")
        #expect(try market.submit(try WideJob.root(model), from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }
}
