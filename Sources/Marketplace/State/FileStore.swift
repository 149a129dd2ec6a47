import ABI
import Content
import Vouchers

/// What a file of a job is. A job has one of each, and a model for each slot.
public enum FileKind: Equatable, Sendable {
    /// The model to improve, from the sponsor.
    case base
    /// What submissions are judged on, from the sponsor; sealed: the data of the current round.
    case data
    /// From the client that holds the slot.
    case model(slot: Int)
    /// FEDERATED: the model that the last rounds made, the application's own.
    case global

    /// The place in the list of a job's files.
    var order: Int {
        switch self {
        case .base: return 0
        case .data: return 1
        case .model(let slot): return 2 + slot
        case .global: return .max
        }
    }
}

/// A file of one account in one job: on its way in, or whole.
public struct JobFile: Sendable {
    public let kind: FileKind
    /// Zero is the application itself.
    public let owner: Address
    /// The name under which it came.
    public let cid: CID
    /// Bytes of the stream in which it came.
    public let size: UInt32
    /// The stream while it is on its way, else nothing. Large, and so not inside of the file: files are
    /// moved within the tree that holds them.
    private var streams: [FileStream] = []
    /// Once it is whole: never written again.
    public internal(set) var whole: WholeFile?
    /// Whether the job relies on it, so that its owner cannot start it anew.
    public internal(set) var isInUse = false

    init(kind: FileKind, owner: Address, stream: FileStream) {
        self.kind = kind
        self.owner = owner
        cid = stream.cid
        size = stream.size
        streams = [stream]
    }

    init(kind: FileKind, owner: Address, cid: CID, whole: WholeFile) {
        self.kind = kind
        self.owner = owner
        self.cid = cid
        // Below 2^27: it fits the capacity.
        size = UInt32(truncatingIfNeeded: whole.bytes.count)
        self.whole = whole
    }

    /// While it is on its way.
    public var stream: FileStream? { streams.first }

    /// Appends a piece, in place. The file when it is whole by now: then its stream is gone.
    mutating func append(_ piece: [UInt8]) throws(StreamFault) -> WholeFile? {
        guard !streams.isEmpty else { return nil }
        try streams[0].append(piece)
        guard streams[0].isWhole else { return nil }
        let stream = streams.removeLast()
        streams = []
        return stream.finish()
    }

    /// Bytes of the stream that came; all of them once the file is whole.
    public var received: UInt32 { streams.isEmpty ? size : streams[0].received }

    /// Whether `name` is the CID under which the whole file came, or its raw CID.
    func isWhole(under name: CID) -> Bool {
        guard let whole else { return false }
        return name.isSameBlock(as: cid) || name.rawDigest == whole.digest
    }
}

extension CID {
    /// The same block: versions 0 and 1 name it alike.
    func isSameBlock(as other: CID) -> Bool {
        codec == other.codec && multihash == other.multihash
    }
}

/// Every file of every live job, the global models that outlive theirs, and who finds them by what
/// name.
///
/// A file belongs to one account in one job. What is found under a name is shared by all who have
/// the same bytes, and is freed with the last of them.
struct FileStore: Sendable {
    private struct Key: Comparable, Sendable {
        let job: UInt64
        let order: Int

        static func < (a: Key, b: Key) -> Bool {
            a.job != b.job ? a.job < b.job : a.order < b.order
        }
    }

    let drive: ContentDrive
    private var files = SortedMap<Key, JobFile>()
    private var index = FileIndex()
    private(set) var kept = KeptModels()

    init(drive: ContentDrive) {
        self.drive = drive
    }

    /// The file of this kind that `job` has.
    func file(_ kind: FileKind, of job: UInt64) -> JobFile? {
        files[Key(job: job, order: kind.order)]
    }

    /// All files of a job: base, data, models by slot, global.
    func files(of job: UInt64) -> [JobFile] {
        var result: [JobFile] = []
        var next = files.first(from: Key(job: job, order: 0))
        while let entry = next, entry.key.job == job {
            result.append(entry.value)
            next = files.first(after: entry.key)
        }
        return result
    }

    /// Begins a file anew: what was there of it is gone.
    mutating func begin(_ file: JobFile, of job: UInt64, sponsor: Address) {
        drop(file.kind, of: job, sponsor: sponsor)
        files[Key(job: job, order: file.kind.order)] = file
    }

    /// Appends a piece to a file on its way, in place; false while it is not whole. A file that
    /// cannot become whole any more is dropped.
    mutating func append(
        _ piece: [UInt8], to kind: FileKind, of job: UInt64
    ) throws(StreamFault) -> Bool {
        let key = Key(job: job, order: kind.order)
        let step = files.modify(key) { file in FileStore.append(piece, to: &file) }
        switch step ?? .more {
        case .more: return false
        case .whole(let whole, let cid):
            let shared = index.add(whole, cid: cid)
            _ = files.modify(key) { file in file.whole = shared }
            return true
        case .failed(let fault):
            files[key] = nil
            throw fault
        }
    }

    private enum Step {
        case more
        case whole(WholeFile, cid: CID)
        case failed(StreamFault)
    }

    private static func append(_ piece: [UInt8], to file: inout JobFile) -> Step {
        do throws(StreamFault) {
            guard let whole = try file.append(piece) else { return .more }
            return .whole(whole, cid: file.cid)
        } catch {
            return .failed(error)
        }
    }

    /// Takes in a file that is whole already.
    mutating func put(_ file: JobFile, of job: UInt64, sponsor: Address) {
        guard let whole = file.whole else { return }
        drop(file.kind, of: job, sponsor: sponsor)
        var file = file
        file.whole = index.add(whole, cid: file.cid)
        files[Key(job: job, order: file.kind.order)] = file
    }

    /// From now on the job relies on the file, and the sponsor's next jobs may adopt it.
    mutating func use(_ kind: FileKind, of job: UInt64, sponsor: Address) {
        let key = Key(job: job, order: kind.order)
        guard let file = files[key], let whole = file.whole, !file.isInUse else { return }
        _ = files.modify(key) { file in file.isInUse = true }
        index.lend(whole, cid: file.cid, to: sponsor)
    }

    mutating func drop(_ kind: FileKind, of job: UInt64, sponsor: Address) {
        let key = Key(job: job, order: kind.order)
        guard let file = files[key] else { return }
        files[key] = nil
        guard let whole = file.whole else { return }
        if file.isInUse { index.takeBack(whole, cid: file.cid, from: sponsor) }
        index.remove(whole, cid: file.cid)
    }

    mutating func dropAll(of job: UInt64, sponsor: Address) {
        for file in files(of: job) { drop(file.kind, of: job, sponsor: sponsor) }
    }

    /// Keeps the last global model of a job that has ended; the oldest kept ones make room.
    mutating func keep(_ model: WholeFile) {
        let cid = CID.raw(digest: model.digest)
        kept.append(index.add(model, cid: cid))
        index.lend(model, cid: cid, to: .zero)
        while kept.bytes > Limits.keptModelBytes, kept.count > 1, let oldest = kept.removeOldest() {
            let name = CID.raw(digest: oldest.digest)
            index.takeBack(oldest, cid: name, from: .zero)
            index.remove(oldest, cid: name)
        }
    }

    /// What is found under a CID: any whole file, and those on the drive.
    func content(_ cid: CID) -> WholeFile? {
        index.file(cid) ?? drive.file(cid)
    }

    /// What a job of `sponsor` may take over under this CID: a kept global model, a file on the
    /// drive, or one in use in another live job of the same sponsor.
    func adoptable(_ cid: CID, by sponsor: Address) -> WholeFile? {
        index.lent(cid, to: .zero) ?? index.lent(cid, to: sponsor) ?? drive.file(cid)
    }
}
