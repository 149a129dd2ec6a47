import ABI
import Content
import Testing
import Vouchers

@testable import Marketplace

/// What was tried with the machine's own time and memory, and what holds.
@Suite struct AttackOnMachineTests {
    /// Every question about a job and its accounts.
    private static let questions =
        ["jobs", "jobs/0", "audit", "version", "accounts/\(Market.ada.checksummed)"]
        + ["files", "submissions", "leaderboard", "messages"].map { "jobs/0/\($0)" }

    private static func clients(_ count: Int) -> [Address] {
        (0..<count).map { Address(UInt256(UInt64(1_000 + $0)).bytes32) ?? .zero }
    }

    /// A job with a stream on its way in every slot, all up to the byte before the last. `noise`
    /// changes the last bytes, of which no hash has seen the end.
    private static func withOpenStreams(_ slots: Int, noise: UInt8?) throws -> Market {
        var changes = try WideJob.changes()
        changes.slots = UInt64(slots)
        var market = try Market.withOpenJob(changes)
        let model = try WideJob.model(weight: 5)
        let (root, car) = try WideJob.dag(model)
        for (slot, client) in clients(slots).enumerated() {
            #expect(market.deposit(ether: Market.funded, to: client) == nil)
            #expect(try market.accept(client) == nil)
            #expect(try market.commit([1], from: client) == nil)
            // Every other one is a DAG, whose last leaf is not whole before its last byte.
            let (cid, whole) = slot % 2 == 0 ? (CID.raw(model), model) : (root, car)
            var stream = Array(whole.dropLast())
            if let noise {
                for index in stream.count - 200..<stream.count { stream[index] &+= noise }
            }
            #expect(
                try market.upload(stream, cid: cid, size: whole.count, from: client) == nil)
        }
        return market
    }

    /// A query reads what is stored about files, and not one byte of them: with others behind the
    /// same names and offsets every answer is the same, however many are on their way.
    @Test func noQueryReadsAFile() throws {
        let market = try Self.withOpenStreams(64, noise: nil)
        let twin = try Self.withOpenStreams(64, noise: 1)
        #expect(try market.digest() != twin.digest())
        for question in Self.questions {
            let answers = [market, twin].map { $0.engine.inspect(Array(question.utf8)) }
            #expect(answers[0] == answers[1], "\(question)")
        }
    }

    /// An answer has a line for each slot, and none for what is in it.
    @Test func anAnswerGrowsWithSlotsAndNotWithBytes() throws {
        func sizes(_ market: Market) -> [Int] {
            Self.questions.map { market.engine.inspect(Array($0.utf8)).map(\.count).reduce(0, +) }
        }
        let few = sizes(try Self.withOpenStreams(2, noise: nil))
        let many = sizes(try Self.withOpenStreams(64, noise: nil))
        for (question, (small, large)) in zip(Self.questions, zip(few, many)) {
            #expect(large - small <= 62 * 400, "\(question): \(small) and \(large) bytes")
        }
        #expect(many[1] < 4_096)
    }

    /// Two files that become whole and are taken in by one input are there once: nothing is put
    /// together, and memory stays within what the job has reserved. In a process of its own.
    @Test func twoFilesAtOnceTakeWhatIsReserved() async {
        await #expect(processExitsWith: .success) {
            var job = try BroadJob()
            try PeakMemory.begin()
            try job.fill()
            let rise = try PeakMemory.rise()
            let reserved = Int(try job.market.job().storage.reserved)
            #expect(try job.market.phase() == "open")
            let files = BroadJob.baseSize + BroadJob.dataSize
            // Else nothing was measured.
            #expect(rise >= files, "\(rise) bytes for files of \(files)")
            #expect(rise <= reserved + BroadJob.margin, "\(rise) bytes, \(reserved) reserved")
        }
    }

    /// Two files that are adopted at once, and opened with, are not even copied.
    @Test func twoFilesAdoptedAtOnceTakeNothing() async {
        await #expect(processExitsWith: .success) {
            var job = try BroadJob()
            try job.fill()
            try PeakMemory.begin()
            #expect(try job.market.post(job.changes) == nil)
            let rise = try PeakMemory.rise()
            #expect(try job.market.phase(1) == "open")
            // The model is parsed, and made into panels: eight bytes a parameter.
            let working = 8 * BroadJob.features
            #expect(rise <= working + BroadJob.margin, "\(rise) bytes")
            #expect(working + BroadJob.margin < BroadJob.dataSize / 2)
        }
    }
}
