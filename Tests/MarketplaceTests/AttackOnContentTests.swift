import ABI
import Archive
import Content
import Foundation
import Testing
import Vouchers

@testable import Marketplace

/// What strangers tried with other people's bytes, and what holds.
@Suite struct AttackOnContentTests {
    /// However many wait for it, nobody's piece finishes anything but its sender's own file.
    @Test func onePieceFinishesOneFile() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        let (root, stream) = try WideJob.dag(model)
        let almost = stream.count - 1
        for client in [Market.ada, Market.bob] {
            #expect(try market.commit(model, from: client) == nil)
            #expect(
                try market.upload(
                    Array(stream[..<almost]), cid: root, size: stream.count, from: client) == nil)
        }
        #expect(
            try market.upload(
                [stream[almost]], cid: root, size: stream.count, offset: almost,
                from: Market.ada) == nil)
        #expect(try market.files().suffix(2).map { $0["whole"] as? Bool } == [true, false])
        #expect(market.notices(NoticeFunctions.contentStored).last?[1] == .address(Market.ada))
    }

    /// A name is not a file: who names one that is not whole is refused before anything is read.
    @Test func namingADagCostsNothing() throws {
        var market = try Market.withOpenJob(
            try { () throws -> TinyJob.Changes in try WideJob.changes(isSealed: true) }(),
            clients: [Market.ada])
        let (root, stream) = try WideJob.dag(WideJob.data)
        #expect(try market.commit([1], from: Market.ada) == nil)
        try market.passWindow()
        #expect(
            try market.upload(
                Array(stream.dropLast()), cid: root, size: stream.count, from: Market.sponsor)
                == nil)
        for cid in [root, CID.raw(WideJob.data), CID.raw([])] {
            let reveal = try MessageFunctions.revealData.encode([
                .uint(0), .bytes(cid.binary), .bytes32(Market.salt),
            ])
            try market.refuses(reveal, from: Market.sponsor, "notWhole", at: cid.text)
        }
        // Nor does the one byte that is missing read it again: the file is there under both names.
        #expect(
            try market.upload(
                [stream[stream.count - 1]], cid: root, size: stream.count,
                offset: stream.count - 1, from: Market.sponsor) == nil)
        #expect(try market.revealData(CID.raw(WideJob.data)) == nil)
    }

    /// A DAG that repeats one block is as long as its stream: it has to be sent as often.
    @Test func repeatedBlocksAreSentAtEveryVisit() throws {
        var market = try Market.withOpenWideJob()
        #expect(try market.commit([1], from: Market.ada) == nil)
        let leaf = Block(cid: CID.raw([7, 7, 7]), bytes: [7, 7, 7])
        let blob = [UInt8](repeating: 7, count: 9)
        let profile = try #require(FileProfile(version: .v1, chunkSize: 3, width: 3))
        let root = try #require(FileEncoder.blocks(of: blob, profile: profile).last)
        let once = CARWriter.encode(roots: [root.cid], blocks: [root, leaf])
        // The terms ask for more bytes than this root has, which is known with the root.
        #expect(
            try market.upload(once, cid: root.cid, size: once.count, from: Market.ada)
                == "wrongSize")
        #expect(try market.file("model", slot: 0) == nil)
    }

    /// Another's stream holds nothing of one's own, nor is it charged for it.
    @Test func aFileIsChargedToItsSenderAlone() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        let (root, stream) = try WideJob.dag(model)
        #expect(try market.commit(model, from: Market.ada) == nil)
        #expect(try market.stream(stream, cid: root, by: Market.ada) == nil)
        let before = try market.file("model", slot: 0) as NSDictionary?
        let digest = market.engine.state.files.file(.model(slot: 0), of: 0)?.whole?.digest
        // Bob's begins with the same root and the same blocks, and never ends.
        #expect(try market.commit([1], from: Market.bob) == nil)
        #expect(
            try market.upload(
                Array(stream[..<5_000]), cid: root, size: stream.count, from: Market.bob) == nil)
        #expect(
            try market.upload([1, 0], cid: root, size: 9, from: Market.bob) == "malformedStream")
        #expect(try market.file("model", slot: 0) as NSDictionary? == before)
        #expect(market.engine.state.files.file(.model(slot: 0), of: 0)?.whole?.digest == digest)
        market.now += Limits.minCommitAge
        #expect(
            try market.submit(root, from: Market.ada, data: CID.raw(WideJob.data)) == nil)
        #expect(market.notices(NoticeFunctions.rewardIssued).count == 1)
    }

    @Test func whatAnotherUploadsFirstDoesNotKeepTheOwnerFromDelivering() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.eve])
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.commit(model, from: Market.ada) == nil)
        market.now += Limits.minCommitAge
        #expect(try market.upload(model, of: model, from: Market.eve) == "wrongPhase")
        // Eve saw the first pieces and is faster with the bytes, and then lets them go.
        #expect(try market.commit(model, from: Market.eve) == nil)
        #expect(try market.upload(model, from: Market.eve) == nil)
        #expect(try market.upload([1], of: TinyJob.model(weight: 5), from: Market.eve) == nil)
        #expect(try !market.finds(CID.raw(model)))
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.eve) == "tooEarly")
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(
            market.notices(NoticeFunctions.rewardIssued).map { $0[1] } == [.address(Market.ada)])
    }

    @Test func aRestartByTheOwnerChangesOnlyItsOwnFile() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        for client in [Market.ada, Market.bob] {
            #expect(try market.commit(model, from: client) == nil)
            #expect(try market.stream(model, cid: CID.raw(model), by: client) == nil)
        }
        let other = try WideJob.model(weight: 5)
        let before = try market.files().filter { $0["slot"] as? Int != 0 } as NSArray
        #expect(try market.upload([other[0]], of: other, from: Market.ada) == nil)
        #expect(try market.files().filter { $0["slot"] as? Int != 0 } as NSArray == before)
        #expect(try market.file("model", slot: 0)?["received"] as? Int == 1)
        // An older model that was sent by mistake costs nothing but its bytes.
        #expect(try market.stream(model, cid: CID.raw(model), by: Market.ada) == nil)
        market.now += Limits.minCommitAge
        for client in [Market.ada, Market.bob] {
            #expect(try market.submit(model, from: client, data: WideJob.data) == nil)
        }
    }

    /// Raw files may have any number of pieces.
    @Test func aRawFileMayComeByteByByte() throws {
        var market = try Market.withOpenWideJob()
        let model = try WideJob.model(weight: 90_000)
        #expect(try market.commit(model, from: Market.ada) == nil)
        #expect(
            try market.stream(model, cid: CID.raw(model), pieces: 3, by: Market.ada) == nil)
        #expect(model.count / 3 > 1_024)
        #expect(try market.finds(CID.raw(model)))
    }

    /// What a name tells is no commitment: the client comes before the bytes in its hash.
    @Test func aCommitmentCannotBeMadeFromACID() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.eve])
        let model = try TinyJob.model(weight: 65_536)
        // Ada is careless: the first piece goes out long before the others.
        #expect(try market.commit(model, from: Market.ada) == nil)
        #expect(try market.upload(Array(model[..<10]), of: model, from: Market.ada) == nil)
        for digest in [SHA256.hash(model), SHA256.hash(Market.eve.bytes)] {
            let guess = Commitment.hash(
                chainID: Market.chainID, application: Market.application, job: 0, round: 0,
                client: Market.eve, boundDigest: digest, salt: Market.salt)
            #expect(
                try market.send(
                    MessageFunctions.commit, .uint(0), .bytes32(guess), from: Market.eve) == nil)
            market.now += Limits.minCommitAge
            #expect(try market.upload(model, from: Market.eve) == nil)
            #expect(try market.submit(model, from: Market.eve) == "wrongCommitment")
        }
        #expect(
            try market.upload(Array(model[10...]), of: model, offset: 10, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.ada) == nil)
    }

    /// The hash is that of the design, made here by hand.
    @Test func theCommitmentIsTheOneOfTheProtocol() throws {
        let model = try TinyJob.model(weight: 65_536)
        let bytes =
            Array("DeML/commit/2".utf8) + UInt256(Market.chainID).bytes32.bytes
            + Market.application.bytes + UInt256(7 as UInt64).bytes32.bytes + [0, 0, 1, 2]
            + Market.ada.bytes + SHA256.hash(Market.ada.bytes + model).bytes + Market.salt.bytes
        #expect(
            Commitment.hash(
                chainID: Market.chainID, application: Market.application, job: 7, round: 258,
                client: Market.ada, boundDigest: SHA256.hash(Market.ada.bytes + model),
                salt: Market.salt) == Keccak256.hash(bytes))
        // And the digest in it is the one that the file keeps.
        var market = try Market.withOpenJob(clients: [Market.ada])
        #expect(try market.prepare(model, from: Market.ada) == nil)
        #expect(
            market.engine.state.files.file(.model(slot: 0), of: 0)?.whole?.boundDigest
                == SHA256.hash(Market.ada.bytes + model))
    }

    /// A query about a job reads what is there, and walks nothing.
    @Test func filesOnTheirWayAreOneLineEach() throws {
        var market = try Market.withOpenWideJob()
        let (root, stream) = try WideJob.dag(try WideJob.model(weight: 5))
        for client in [Market.ada, Market.bob] {
            #expect(try market.commit([1], from: client) == nil)
            #expect(
                try market.upload(
                    Array(stream.dropLast()), cid: root, size: stream.count, from: client) == nil)
        }
        #expect(try market.files().count == 4)
        #expect(try market.jobAnswer()["content"] as? [String: Any] != nil)
        #expect((try market.jobAnswer()["content"] as? [String: Any])?["awaited"] == nil)
        #expect(try !market.finds(root))
    }

    /// A client that sends the bytes of the base, or of what the round will make, takes nothing with
    /// it when it goes.
    @Test func theGlobalModelIsTheApplicationsOwn() throws {
        var market = try Market.withSealedJob(.sealed(payout: 3, rounds: 3))
        let base = CID.raw(try TinyJob.base())
        #expect(try market.commit(TinyJob.base(), from: Market.eve) == nil)
        try market.commitAndReveal([(Market.ada, 60_000)])
        // Eve uploads the base model as her own, and shows nothing.
        #expect(try market.upload(TinyJob.base(), from: Market.eve) == nil)
        #expect(try market.show(60_000, from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.advance() == nil)
        #expect(market.notices(NoticeFunctions.bondForfeited).first?[1] == .address(Market.eve))
        #expect(try market.finds(base))
        let global = CID.raw(try TinyJob.model(weight: 60_000))
        #expect(try market.finds(global))
        #expect(try market.file("global")?["owner"] is NSNull)
        // The same again with the new global model, in the next round.
        #expect(try market.accept(Market.eve) == nil)
        #expect(try market.commit(TinyJob.model(weight: 60_000), from: Market.eve) == nil)
        try market.commitAndReveal([(Market.ada, 70_000)])
        #expect(try market.upload(TinyJob.model(weight: 60_000), from: Market.eve) == nil)
        #expect(try market.show(70_000, from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.advance() == nil)
        let next = CID.raw(try TinyJob.model(weight: 70_000))
        #expect(try market.finds(next) && market.finds(base))
        #expect(try !market.finds(global))
    }
}
