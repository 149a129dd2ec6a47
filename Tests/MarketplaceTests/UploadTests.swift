import ABI
import Content
import Foundation
import Testing
import Vouchers

@testable import Marketplace

/// Which pieces are taken, and what a refused one says: in the order in which they are tested.
@Suite struct UploadRefusalTests {
    private func upload(
        _ piece: [UInt8], cid: [UInt8], size: Int, offset: Int = 0, job: UInt64 = 0
    ) throws -> [UInt8] {
        try MessageFunctions.upload.encode([
            .uint(job), .bytes(cid), .uint(UInt64(size)), .uint(UInt64(offset)), .bytes(piece),
        ])
    }

    @Test func theJobComesFirst() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let piece = try upload([], cid: [], size: 0, job: 7)
        try market.refuses(piece, from: Market.ada, "unknownJob", at: "jobId 7 of 1")
        #expect(try market.cancel() == nil)
        try market.refuses(
            try upload([], cid: [], size: 0), from: Market.ada, "wrongPhase",
            at: "the job has ended")
    }

    @Test func thenWhoSends() throws {
        var market = Market()
        market.fund()
        #expect(try market.post() == nil)
        #expect(try market.accept(Market.ada) == nil)
        let piece = try upload([], cid: [], size: 0)
        try market.refuses(piece, from: Market.eve, "notSlotHolder")
        try market.refuses(piece, from: Market.ada, "wrongPhase", at: "filling")
        try market.refuses(piece, from: Market.sponsor, "invalidCid", at: "cid: empty")
    }

    /// A slot without a commitment has nothing to show; the sponsor has nothing more to bring.
    @Test func thenThePhase() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let piece = try upload([], cid: [], size: 0)
        try market.refuses(piece, from: Market.sponsor, "wrongPhase", at: "open")
        try market.refuses(
            piece, from: Market.ada, "wrongPhase", at: "open: without a commitment")
        #expect(try market.commit([1], from: Market.ada) == nil)
        try market.refuses(piece, from: Market.ada, "invalidCid")
    }

    @Test func thenTheName() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        #expect(try market.commit([1], from: Market.ada) == nil)
        let digest = SHA256.hash([1]).bytes
        let names: [([UInt8], String)] = [
            ([], "invalidCid"), ([1, 0x55], "invalidCid"), (digest, "invalidCid"),
            // raw and dag-pb only: DAG-CBOR, and raw bytes inside of the name.
            ([1, 0x71, 0x12, 0x20] + digest, "unsupported"), ([1, 0x55, 0, 1, 9], "unsupported"),
        ]
        for (name, code) in names {
            try market.refuses(
                try upload([], cid: name, size: 0, offset: 3), from: Market.ada, code)
        }
    }

    @Test func thenRangeAndSize() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.commit(model, from: Market.ada) == nil)
        let name = CID.raw(model).binary
        let top = Int(UInt32.max)
        for (piece, size, offset, place) in [
            ([], 44, 0, "offset 0, length 0, size 44"), ([1], 1, 1, "offset 1, length 1, size 1"),
            ([1, 2], 1, 0, "offset 0, length 2, size 1"),
            ([1], top, top, "offset \(top), length 1, size \(top)"),
        ] as [([UInt8], Int, Int, String)] {
            try market.refuses(
                try upload(piece, cid: name, size: size, offset: offset), from: Market.ada,
                "chunkOutOfRange", at: place)
        }
        // A raw file has the one length that the terms give, at every offset.
        for (size, offset) in [(model.count - 1, 0), (model.count + 1, 0), (1 << 31, 9)] {
            try market.refuses(
                try upload([1], cid: name, size: size, offset: offset), from: Market.ada,
                "wrongSize", at: "size \(size), the file has \(model.count)")
        }
    }

    @Test func thenWhatIsDue() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        let other = try TinyJob.model(weight: 5)
        #expect(try market.commit(model, from: Market.ada) == nil)
        let next = try upload([1], cid: CID.raw(model).binary, size: model.count, offset: 9)
        try market.refuses(next, from: Market.ada, "outOfOrder", at: "offset 0 is due")
        #expect(try market.upload(Array(model[..<20]), of: model, from: Market.ada) == nil)
        try market.refuses(next, from: Market.ada, "outOfOrder", at: "offset 20 is due")
        for offset in [1, 19, 21] {
            let piece = try upload(
                [1], cid: CID.raw(model).binary, size: model.count, offset: offset)
            try market.refuses(piece, from: Market.ada, "outOfOrder", at: "offset 20 is due")
        }
        try market.refuses(
            try upload([1], cid: CID.raw(other).binary, size: other.count, offset: 20),
            from: Market.ada, "outOfOrder", at: "offset 0 is due")
        #expect(
            try market.upload(Array(model[20...]), of: model, offset: 20, from: Market.ada) == nil)
        // A whole file takes no more pieces.
        for offset in [20, model.count - 1] {
            let piece = try upload(
                [1], cid: CID.raw(model).binary, size: model.count, offset: offset)
            try market.refuses(piece, from: Market.ada, "outOfOrder", at: "offset 0 is due")
        }
    }

    /// The size of a stream is its sender's choice, and then fixed.
    @Test func aStreamKeepsItsSize() throws {
        var market = try Market.withOpenWideJob()
        let (root, stream) = try WideJob.dag(try WideJob.model(weight: 5))
        #expect(try market.commit([1], from: Market.ada) == nil)
        #expect(
            try market.upload(
                Array(stream[..<100]), cid: root, size: stream.count, from: Market.ada) == nil)
        try market.refuses(
            try upload([1], cid: root.binary, size: stream.count + 1, offset: 100),
            from: Market.ada, "wrongSize",
            at: "size \(stream.count + 1), begun with \(stream.count)")
        // It is asked before the offset.
        try market.refuses(
            try upload([1], cid: root.binary, size: stream.count + 1, offset: 99),
            from: Market.ada, "wrongSize")
    }
}

/// What pieces do to the file of their sender.
@Suite struct FileTests {
    @Test func anyCutIsTheSameFile() throws {
        let model = try WideJob.model(weight: 90_000)
        let (root, stream) = try WideJob.dag(model)
        for (cid, bytes) in [(CID.raw(model), model), (root, stream)] {
            var digests: Set<String> = []
            for size in [1_000, 4_093, 65_000] {
                var market = try Market.withOpenWideJob()
                #expect(try market.commit(model, from: Market.ada) == nil)
                #expect(try market.stream(bytes, cid: cid, pieces: size, by: Market.ada) == nil)
                let whole = try #require(try market.job().slots.first)
                #expect(whole.submission == nil)
                let file = try #require(try market.file("model", slot: 0))
                #expect(file["whole"] as? Bool == true && file["size"] as? Int == bytes.count)
                #expect(file["due"] is NSNull && file["inUse"] as? Bool == false)
                // The nonce counts pieces; all else is the same.
                let answer = try #require(market.engine.inspect(Array("jobs/0/files".utf8)).first)
                digests.insert(String(decoding: answer, as: UTF8.self))
                #expect(
                    market.notices(NoticeFunctions.contentStored).last == [
                        .uint(0), .address(Market.ada), .bytes(cid.binary),
                        .uint(UInt64(model.count)),
                    ])
            }
            #expect(digests.count == 1)
        }
    }

    /// Sizes of a stream on its way: bytes that came, and the offset that is due.
    @Test func filesTellsHowFarOneHasCome() throws {
        var market = try Market.withOpenWideJob()
        let (root, stream) = try WideJob.dag(try WideJob.model(weight: 5))
        #expect(try market.commit([1], from: Market.bob) == nil)
        #expect(
            try market.upload(
                Array(stream[..<777]), cid: root, size: stream.count, from: Market.bob) == nil)
        #expect(
            try market.files().map { $0["kind"] as? String } == ["base", "data", "model"])
        let file = try #require(try market.file("model", slot: 1))
        #expect(file["owner"] as? String == Market.bob.checksummed)
        #expect(file["cid"] as? String == root.text)
        #expect(file["size"] as? Int == stream.count)
        #expect(file["received"] as? Int == 777 && file["due"] as? Int == 777)
        #expect(file["whole"] as? Bool == false && file["inUse"] as? Bool == false)
        let base = try #require(try market.file("base"))
        #expect(base["owner"] as? String == Market.sponsor.checksummed)
        #expect(base["slot"] is NSNull && base["inUse"] as? Bool == true)
    }

    @Test func offsetZeroStartsAnew() throws {
        var market = try Market.withOpenWideJob()
        let (first, second) = (try WideJob.model(weight: 5), try WideJob.model(weight: 90_000))
        #expect(try market.commit(second, from: Market.ada) == nil)
        #expect(try market.upload(Array(first[..<4_000]), of: first, from: Market.ada) == nil)
        #expect(try market.upload(Array(first[..<10]), of: first, from: Market.ada) == nil)
        #expect(try market.file("model", slot: 0)?["received"] as? Int == 10)
        #expect(try market.stream(first, cid: CID.raw(first), from: 10, by: Market.ada) == nil)
        #expect(try market.finds(CID.raw(first)))
        // Another file takes the place of one that is whole and not in use.
        #expect(try market.upload(Array(second[..<10]), of: second, from: Market.ada) == nil)
        #expect(try !market.finds(CID.raw(first)))
        #expect(try market.stream(second, cid: CID.raw(second), from: 10, by: Market.ada) == nil)
        market.now += Limits.minCommitAge
        #expect(
            try market.submit(second, from: Market.ada, data: WideJob.data) == nil)
    }

    /// The first piece of what is whole is accepted, and changes nothing; whatever its bytes are.
    @Test func aWholeFileIsNotStartedAnewUnderItsName() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        #expect(try market.prepare(model, from: Market.ada) == nil)
        let (stored, file) = (
            market.notices(NoticeFunctions.contentStored).count, try market.files().count
        )
        for piece in [model, [9]] as [[UInt8]] {
            #expect(try market.upload(piece, of: model, from: Market.ada) == nil)
        }
        #expect(market.notices(NoticeFunctions.contentStored).count == stored)
        #expect(try market.files().count == file)
        #expect(try market.submit(model, from: Market.ada) == nil)
    }

    @Test func whatTheJobReliesOnIsInUse() throws {
        let model = try TinyJob.model(weight: 65_536)
        let other = try TinyJob.model(weight: 5)
        // A model from its submission on, whatever name it would have next.
        var market = try Market.withOpenJob(clients: [Market.ada]) { $0.inputBudget = 1 }
        #expect(try market.prepare(model, from: Market.ada) == nil)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(try market.file("model", slot: 0)?["inUse"] as? Bool == true)
        for blob in [model, other] {
            let payload = try MessageFunctions.upload.encode([
                .uint(0), .bytes(CID.raw(blob).binary), .uint(UInt64(blob.count)), .uint(0),
                .bytes([1]),
            ])
            try market.refuses(payload, from: Market.ada, "inUse", at: CID.raw(model).text)
        }
        // Once it is paid, others may build on it, and its owner brings nothing more.
        try market.finish()
        #expect(try market.upload(other, from: Market.ada) == "wrongPhase")
        #expect(try market.file("model", slot: 0)?["inUse"] as? Bool == true)
    }

    /// The whole base can be replaced until the job relies on it: it is not in use in FILLING.
    @Test func aFilledJobCannotBeEmptied() throws {
        var market = Market()
        market.fund()
        #expect(try market.post() == nil)
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
        #expect(try market.file("data")?["inUse"] as? Bool == false)
        // Another start of the data drops what was whole.
        #expect(
            try market.upload([9], of: TinyJob.invalidData, from: Market.sponsor) == nil)
        #expect(try market.file("data")?["received"] as? Int == 1)
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
        #expect(try market.phase() == "filling")
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
        #expect(try market.phase() == "open")
        #expect(try market.files().allSatisfy { $0["inUse"] as? Bool == true })
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == "wrongPhase")
    }

    /// A file that cannot become whole any more is dropped; its message was accepted.
    @Test func aFaultDropsTheFileAndSaysWhere() throws {
        var market = try Market.withOpenJob(clients: [Market.ada])
        let model = try TinyJob.model(weight: 65_536)
        let other = try TinyJob.model(weight: 5)
        #expect(try market.commit(model, from: Market.ada) == nil)
        let nonce = try #require(market.nonce(Market.ada))
        let code = try market.upload(other, of: model, from: Market.ada)
        #expect(code == "wrongBlock")
        #expect(
            market.errors.first?.at?.hasPrefix("job 0, \(CID.raw(model).text): ") == true)
        #expect(market.nonce(Market.ada) == nonce + 1)
        #expect(try market.file("model", slot: 0) == nil)
        #expect(try market.upload(model, from: Market.ada) == nil)
    }

    /// The base is compared by codec and multihash: both versions name the same DAG.
    @Test func bothVersionsOfANameAreOneFile() throws {
        let base = try WideJob.model(weight: 0)
        let (root, stream) = try WideJob.dag(base)
        let digest = try #require(root.digest)
        let old = CID.dagPB(digest: digest, version: .v0)
        var market = Market()
        market.fund()
        #expect(try market.post(try WideJob.changes(base: old)) == nil)
        let (head, tail) = (Array(stream[..<3_000]), Array(stream[3_000...]))
        #expect(
            try market.upload(head, cid: root, size: stream.count, from: Market.sponsor) == nil)
        #expect(
            try market.upload(
                tail, cid: old, size: stream.count, offset: 3_000, from: Market.sponsor) == nil)
        #expect(try market.file("base")?["whole"] as? Bool == true)
        for cid in [root, old, CID.raw(base)] { #expect(try market.finds(cid)) }
    }

    /// Sealed, the sponsor brings nothing but the base in FILLING.
    @Test func sealedDataComeAfterTheCommitments() throws {
        var market = Market()
        market.fund()
        #expect(try market.post(.sealed(payout: 1)) == nil)
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == "wrongPhase")
        #expect(market.errors.first?.at == "filling: only the base model")
        #expect(try market.upload(TinyJob.base(), from: Market.sponsor) == nil)
        #expect(try market.accept(Market.ada) == nil)
        for sender in [Market.sponsor, Market.ada] {
            #expect(try market.upload(TinyJob.data, from: sender) == "wrongPhase")
        }
        #expect(try market.commit([1], from: Market.ada) == nil)
        try market.passWindow()
        #expect(try market.upload(TinyJob.base(), from: Market.ada) == "wrongPhase")
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == nil)
    }

    /// A model may come in CLAIM already, of whoever committed; then REVEAL needs no bytes.
    @Test func modelsMayComeInClaim() throws {
        var market = try Market.inClaim(
            payout: 0, [(Market.ada, 60_000), (Market.bob, 90_000)], reward: 300)
        let model = try TinyJob.model(weight: 60_000)
        #expect(try market.upload(model, from: Market.eve) == "wrongPhase")
        #expect(market.errors.first?.at == "claim: without a commitment")
        #expect(try market.upload(TinyJob.data, from: Market.sponsor) == "wrongPhase")
        #expect(try market.upload(model, from: Market.ada) == nil)
        #expect(try market.claim(weight: 60_000, from: Market.ada) == nil)
        try market.passWindow()
        market.wait()
        #expect(try market.file("model", slot: 0)?["whole"] as? Bool == true)
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(market.notices(NoticeFunctions.jobSettled).first?[1] == .uint(1))
    }

    /// A failed attempt drops the file of its own slot, and not the same bytes of another.
    @Test func aFailedAttemptTakesNothingFromOthers() throws {
        var market = try Market.withOpenJob(clients: [Market.ada, Market.bob])
        let model = try TinyJob.model(weight: -9)
        for client in [Market.ada, Market.bob] {
            #expect(try market.commit(model, from: client) == nil)
        }
        market.now += Limits.minCommitAge
        for client in [Market.ada, Market.bob] {
            #expect(try market.upload(model, from: client) == nil)
        }
        #expect(try market.submit(model, from: Market.ada) == nil)
        #expect(try market.file("model", slot: 0) == nil)
        #expect(try market.file("model", slot: 1)?["whole"] as? Bool == true)
        #expect(try market.finds(CID.raw(model)))
        #expect(try market.submit(model, from: Market.bob) == nil)
        #expect(try !market.finds(CID.raw(model)))
    }
}
