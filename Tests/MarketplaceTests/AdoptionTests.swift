import ABI
import Archive
import Content
import Testing
import Vouchers

@testable import Marketplace

/// What a sponsor need not send again; and who finds a file by its name, and how long.
@Suite struct AdoptionTests {
    private static func drive(_ blobs: [[UInt8]]) throws -> ContentDrive {
        var drive = ContentDrive()
        for blob in blobs {
            let isAdded = drive.add(blob, cid: CID.raw(blob))
            #expect(isAdded)
        }
        try drive.seal()
        return drive
    }

    @Test func aJobMayTakeWhatAnotherOfItsSponsorReliesOn() throws {
        var market = try Market.withOpenJob()
        let stored = market.notices(NoticeFunctions.contentStored).count
        #expect(try market.post() == nil)
        // Announced like an upload, and the job opens at once.
        #expect(market.notices(NoticeFunctions.contentStored).count == stored + 2)
        #expect(
            market.notices(NoticeFunctions.contentStored).last?[1] == .address(Market.sponsor))
        #expect(
            market.story.suffix(5)
                == ["JobPosted", "RentPaid", "ContentStored", "ContentStored", "JobOpened"])
        #expect(try market.files(1).count == 2)
    }

    @Test func notWhatAnotherSponsorBrought() throws {
        var market = try Market.withOpenJob()
        #expect(try market.post(from: Market.bob) == nil)
        #expect(try market.phase(1) == "filling")
        #expect(try market.files(1).isEmpty)
    }

    /// What is whole and not relied on may be gone with the next piece: it is not taken over.
    @Test func notWhatIsNotInUse() throws {
        var market = Market()
        market.fund()
        #expect(try market.post() == nil)
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
        #expect(try market.post() == nil)
        #expect(try market.files(1).isEmpty)
    }

    /// A job that ends takes nothing from one that adopted; then nothing is left.
    @Test func bytesStayWithTheirLastHolder() throws {
        var market = try Market.withOpenJob()
        #expect(try market.post() == nil)
        let names = [CID.raw(TinyJob.data), CID.raw(try TinyJob.base())]
        #expect(try market.cancel(0) == nil)
        for name in names { #expect(try market.finds(name)) }
        #expect(try market.post() == nil)
        #expect(try market.phase(2) == "open")
        for job in [1, 2] as [UInt64] { #expect(try market.cancel(job) == nil) }
        for name in names { #expect(try !market.finds(name)) }
        #expect(try market.post() == nil)
        #expect(try market.phase(3) == "filling")
    }

    /// The same bytes of two owners are found until the last of them lets go, by each name as long
    /// as one came under it.
    @Test func aNameCountsItsFiles() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 5)
        let (root, stream) = try WideJob.dag(model)
        for client in [Market.ada, Market.bob] {
            #expect(try market.commit([1], from: client) == nil)
        }
        #expect(try market.stream(model, cid: CID.raw(model), by: Market.ada) == nil)
        #expect(try market.finds(CID.raw(model)))
        #expect(try !market.finds(root))
        #expect(try market.stream(stream, cid: root, by: Market.bob) == nil)
        #expect(try market.finds(root))
        // One of them starts something else.
        #expect(try market.upload([1], of: try WideJob.model(weight: 6), from: Market.bob) == nil)
        #expect(try !market.finds(root))
        #expect(try market.finds(CID.raw(model)))
        #expect(try market.upload([1], of: try WideJob.model(weight: 6), from: Market.ada) == nil)
        #expect(try !market.finds(CID.raw(model)))
    }

    /// Equal bytes are kept once, in whatever way they came.
    @Test func memoryIsShared() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 5)
        let (root, stream) = try WideJob.dag(model)
        for (client, cid, bytes) in [
            (Market.ada, CID.raw(model), model), (Market.bob, root, stream),
        ] {
            #expect(try market.commit([1], from: client) == nil)
            #expect(try market.stream(bytes, cid: cid, by: client) == nil)
        }
        let places = try (0...1).map { slot in
            try #require(market.engine.state.files.file(.model(slot: slot), of: 0)?.whole).bytes
                .withUnsafeBufferPointer { $0.baseAddress }
        }
        #expect(places[0] == places[1])
    }

    @Test func theDriveServesEverySponsor() throws {
        let base = try TinyJob.base()
        var market = Market(drive: try Self.drive([base, TinyJob.data]))
        market.fund()
        for (job, sponsor) in [Market.sponsor, Market.bob].enumerated() {
            #expect(try market.post(from: sponsor) == nil)
            #expect(try market.phase(UInt64(job)) == "open")
            #expect(try market.cancel(UInt64(job), from: sponsor) == nil)
            #expect(try market.finds(CID.raw(base)))
        }
    }

    /// A file under the right name and of another length is not what the terms ask for.
    @Test func onlyTheExactLengthIsAdopted() throws {
        let short = Array(try TinyJob.base().dropLast())
        var market = Market(drive: try Self.drive([short]))
        market.fund()
        var changes = TinyJob.Changes()
        changes.baseCid = CID.raw(short)
        #expect(try market.post(changes) == nil)
        #expect(try market.files().isEmpty)
    }

    @Test func dataFromTheDriveAreRevealedWithoutAnUpload() throws {
        var market = Market(drive: try Self.drive([TinyJob.data]))
        market.fund()
        try market.open(.sealed(payout: 1), clients: [Market.ada])
        #expect(try market.files().count == 1)
        #expect(try market.commit(TinyJob.model(weight: 60_000), from: Market.ada) == nil)
        try market.passWindow()
        // A wrong opening adopts nothing.
        #expect(try market.revealData(salt: .zero) == "wrongCommitment")
        #expect(try market.files().count == 1)
        #expect(try market.revealData() == nil)
        #expect(try market.phase() == "claim")
        #expect(
            market.story.suffix(2) == ["ContentStored", "DataRevealed"])
        #expect(try market.file("data")?["inUse"] as? Bool == true)
    }

    /// The last global model of a job that ended is anybody's to go on from.
    @Test func aKeptGlobalModelIsAdopted() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3))
        try market.commitAndReveal([(Market.ada, 60_000)])
        #expect(try market.show(60_000, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).count == 1)
        let global = try TinyJob.model(weight: 60_000)
        #expect(try market.finds(CID.raw(global)))
        #expect(try !market.finds(CID.raw(TinyJob.data)))
        var changes = TinyJob.Changes.sealed(payout: 3)
        changes.base = global
        changes.sponsor = Market.bob
        #expect(try market.post(changes) == nil)
        #expect(try market.phase(1) == "commit")
    }

    /// A model that waits for its score may be the base of the next job of the same sponsor.
    @Test func whatClientsShowedIsTheSponsorsToGoOnFrom() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.prepare(model, from: Market.ada) == nil)
        #expect(try market.post(TinyJob.Changes(base: model)) == nil)
        #expect(try market.phase(1) == "filling")
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(try market.post(TinyJob.Changes(base: model)) == nil)
        #expect(try market.phase(2) == "open")
        #expect(try market.post(TinyJob.Changes(base: model), from: Market.bob) == nil)
        #expect(try market.phase(3) == "filling")
    }

    /// Content that is adopted and not what the terms say cancels the job in the input that posts it.
    @Test func whatIsAdoptedIsParsedLikeAnUpload() throws {
        var market = Market(drive: try Self.drive([try TinyJob.base(), TinyJob.invalidData]))
        market.fund()
        #expect(try market.post(TinyJob.Changes(data: TinyJob.invalidData)) == "invalidData")
        #expect(market.notices(NoticeFunctions.jobPosted).count == 1)
        #expect(market.notices(NoticeFunctions.jobCancelled) == [[.uint(0), .uint(3)]])
        #expect(market.engine.state.reservedBytes == 0)
        #expect(try market.inspect("jobs")["total"] as? Int == 1)
        #expect(market.balance(Market.sponsor) + (try market.paidForGood()) == Market.funded)
    }
}
