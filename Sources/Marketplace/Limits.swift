/// Every limit of the protocol, the same in every build. Fixtures and development nodes move block
/// time instead.
///
/// Times are seconds, sizes are bytes, work is what `arithmetic.md` counts.
public enum Limits {
    /// Slots of one job: rolling a job forward touches each of them once.
    public static var slots: UInt32 { 64 }
    /// Rounds of a federated job.
    public static var rounds: UInt32 { 100 }
    /// Parts in a million; a threshold above one would never be met.
    public static var minImprovementPpm: UInt32 { 1_000_000 }
    /// A client bond is at least this fraction (1/20) of the reward, so that taking a slot without
    /// working costs something.
    public static var bondDivisor: UInt64 { 20 }

    /// FILLING: time for the sponsor to deliver the content.
    public static var fillWindow: ClosedRange<UInt32> { 3_600...604_800 }
    /// OPEN: at least two hours, since a commitment must age before it is opened.
    public static var openWindow: ClosedRange<UInt32> { 7_200...2_592_000 }
    /// Every other window.
    public static var otherWindow: ClosedRange<UInt32> { 3_600...2_592_000 }
    /// An unsealed submission follows its commitment by at least this, so that who copies a model
    /// from the chain is too late to commit to it.
    public static var minCommitAge: UInt64 { 600 }
    /// Submissions of one slot that are scored: scoring costs every node, gas pays only the bytes.
    public static var attempts: Int { 3 }

    /// Work of one input. A step overshoots by at most one sample.
    public static var scoringBudget: UInt64 { 400_000_000 }
    /// Work of a whole job, over all evaluations and model loads.
    public static var jobBudget: UInt64 { 100_000_000_000 }

    /// Bytes that all live jobs together may take, for content and while they are scored: what bounds
    /// the memory of the machine.
    public static var contentCapacity: UInt64 { 134_217_728 }
    /// Jobs that `postJob` rolls forward when the capacity is short, those whose deadlines have
    /// passed longest ago: each may cost a settlement.
    public static var rolledForRoom: Int { 4 }
    /// Global models of ended jobs that are still served, all together.
    public static var keptModelBytes: Int { 16_777_216 }
    /// Wei of storage bond for each reserved byte (1 gwei); it comes back when the job ends.
    public static var storageBondPerByte: UInt64 { 1_000_000_000 }
    /// Reserved on top for the blocks of a DAG: one part in 16.
    public static var dagOverheadDivisor: UInt64 { 16 }

    /// Blobs and blocks that a sender may have in a job: four, and one for every 512 bytes of its
    /// share. Smaller pieces than that would cost more to keep track of than to keep.
    public static func contentEntries(share: UInt64) -> Int { 4 + Int(share / 512) }
    /// Dag-pb roots that are tried for the evaluation data of a job at the same time.
    public static var dataRoots: Int { 4 }

    /// Balances of ERC-721 and ERC-1155 tokens in the whole ledger. One input can make a thousand of
    /// them, at some 550 bytes each, so without a limit some two thousand inputs would fill the
    /// machine.
    public static var collectibles: Int { 262_144 }

    /// Bytes of one message between sponsor and client, and how many a job keeps.
    public static var messageBytes: Int { 512 }
    public static var messages: Int { 32 }
    /// Hashes of a proof that an account is on an allow-list: enough for 2^32 accounts.
    public static var proofLength: Int { 32 }

    /// Entries of one inspect page.
    public static var page: UInt64 { 100 }
    /// Bytes of one `content/…/bytes` answer, which is hexadecimal in JSON.
    public static var contentPage: UInt64 { 524_288 }
    /// Bytes of one report: the node's own limit is 2 MiB, and JSON-RPC answers are bounded too.
    public static var report: Int { 1_000_000 }
    /// Bytes of a query: the longest path is far shorter, hexadecimal of a JSON object included.
    public static var query: Int { 16_384 }
}
