/// Every limit of the protocol, the same in every build. Fixtures and development nodes move block
/// time instead.
///
/// Times are seconds, sizes are bytes, work is in units of `arithmetic.md`.
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
    /// OPEN: at least four hours, since a commitment must age before it is opened.
    public static var openWindow: ClosedRange<UInt32> { 14_400...2_592_000 }
    /// COMMIT and DATA.
    public static var otherWindow: ClosedRange<UInt32> { 3_600...2_592_000 }
    /// CLAIM and REVEAL: at least a day, since nobody's bond may depend on one hour that another
    /// chose; with an allow-list as COMMIT, since its clients know what they agree to.
    public static var answerWindow: ClosedRange<UInt32> { 86_400...2_592_000 }
    /// All windows of a job together.
    public static var life: UInt64 { 1 << 25 }
    /// What a job may outlast its windows by, besides a quarter of them: `endsBy`.
    public static var overrun: UInt64 { 604_800 }
    /// An unsealed submission follows its commitment by at least this, so that who copies a model
    /// from the chain is too late to commit to it.
    public static var minCommitAge: UInt64 { 600 }
    /// A slot is sold only while there is this much more time than it needs.
    public static var lateMargin: UInt64 { 600 }
    /// Submissions of one slot that are scored: scoring costs every node, gas pays only the bytes.
    public static var attempts: Int { 3 }

    /// Work of one input. A step starts only if it fits what is left of it.
    public static var inputBudget: UInt64 { 350_000_000 }
    /// Work of the largest step that cannot be divided: a sample, a load, a file that is parsed.
    public static var largestStep: UInt64 { 100_000_000 }
    /// Work of a whole job: all that it may ever ask for.
    public static var jobBudget: UInt64 { 100_000_000_000 }
    /// Wei for each unit of work that a job may ask for (2^19), not returned.
    public static var weiPerUnit: UInt64 { 524_288 }

    /// Bytes that all live jobs together may take: what bounds the memory of the machine.
    public static var contentCapacity: UInt64 { 134_217_728 }
    /// Global models of ended jobs that are still served, all together.
    public static var keptModelBytes: Int { 16_777_216 }
    /// Wei of storage bond for each reserved byte (1 gwei); it comes back when the job ends.
    public static var storageBondPerByte: UInt64 { 1_000_000_000 }

    /// Accounts. One begins with a deposit and is never dropped.
    public static var accounts: Int { 524_288 }
    /// Ended jobs that are remembered, the last ones.
    public static var rememberedJobs: Int { 65_536 }

    /// Bytes of one message between sponsor and client, and how many a job keeps.
    public static var messageBytes: Int { 512 }
    public static var messages: Int { 32 }
    /// Hashes of a proof that an account is on an allow-list: enough for 2^32 accounts.
    public static var proofLength: Int { 32 }

    /// Different ids of one ERC-1155 withdrawal: 256 cost about five million gas on the chain.
    public static var withdrawnIds: Int { 256 }

    /// Entries of one inspect page.
    public static var page: UInt64 { 100 }
    /// Bytes of one `content/…/bytes` answer, which is hexadecimal in JSON.
    public static var contentPage: UInt64 { 524_288 }
    /// Bytes of one report: the node's own limit is 2 MiB, and JSON-RPC answers are bounded too.
    public static var report: Int { 1_000_000 }
    /// Bytes of a query: the longest path is far shorter, hexadecimal of a JSON object included.
    public static var query: Int { 16_384 }
}
