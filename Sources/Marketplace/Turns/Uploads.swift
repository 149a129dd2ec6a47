import ABI
import Content
import Vouchers

/// What came of a piece of a file. By then it is in the store: there is nothing left to refuse.
enum Arrival {
    /// The file is whole already.
    case nothing
    /// More is due.
    case piece
    case whole(FileKind)
    /// The file is gone.
    case failed(StreamFault)
}

extension State {
    /// Takes one piece of a file, where it belongs, or refuses it and changes nothing. What follows
    /// from it is decided afterwards.
    mutating func receive(
        _ piece: UploadPiece, job: Job, _ context: Context
    ) throws(Refusal) -> Arrival {
        let kind: FileKind
        switch try place(of: piece, in: job, context) {
        case .none: return .nothing
        case .first(let file):
            kind = file.kind
            files.begin(file, of: job.id, sponsor: job.sponsor)
        case .next(let next):
            kind = next
        }
        do throws(StreamFault) {
            return try files.append(piece.bytes, to: kind, of: job.id) ? .whole(kind) : .piece
        } catch {
            return .failed(error)
        }
    }

    private enum Place {
        case none
        case first(JobFile)
        case next(FileKind)
    }

    private func place(
        of piece: UploadPiece, in job: Job, _ context: Context
    ) throws(Refusal) -> Place {
        let turn = Turn(at: job, state: self, context: context)
        let slot = try turn.uploadingSlot()
        let cid = try CID(piece.cid, named: "cid")
        try cid.requireFile(named: "cid")
        let kind = try turn.kind(of: cid, slot)
        // Offset and size are 32 bits each.
        guard !piece.bytes.isEmpty,
            UInt64(piece.offset) + UInt64(piece.bytes.count) <= UInt64(piece.size)
        else {
            throw Refusal(
                .chunkOutOfRange,
                at: "offset \(piece.offset), length \(piece.bytes.count), size \(piece.size)")
        }
        let length = job.length(of: kind)
        guard cid.rawDigest == nil || Int(piece.size) == length else {
            throw Refusal(.wrongSize, at: "size \(piece.size), the file has \(length)")
        }
        let file = files.file(kind, of: job.id)
        guard piece.offset > 0 else {
            if let file, file.isInUse { throw Refusal(.inUse, at: file.cid.text) }
            if let file, file.whole != nil, file.cid.isSameBlock(as: cid) { return .none }
            let stream = FileStream(
                cid: cid, size: piece.size, length: length,
                boundTo: slot == nil ? nil : context.sender)
            return .first(JobFile(kind: kind, owner: context.sender, stream: stream))
        }
        guard let file, file.stream != nil, file.cid.isSameBlock(as: cid) else {
            throw Refusal(.outOfOrder, at: "offset 0 is due")
        }
        guard piece.size == file.size else {
            throw Refusal(.wrongSize, at: "size \(piece.size), begun with \(file.size)")
        }
        guard piece.offset == file.received else {
            throw Refusal(.outOfOrder, at: "offset \(file.received) is due")
        }
        return .next(kind)
    }
}

extension Turn {
    /// The slot for which the sender uploads a model; nil for the sponsor's files. Refused in phases
    /// that take no file from this sender.
    fileprivate func uploadingSlot() throws(Refusal) -> Int? {
        let isSponsor = context.sender == job.sponsor
        let slot = isSponsor ? nil : try senderSlot()
        switch job.phase {
        case .filling where isSponsor:
            return nil
        case .data(let phase) where isSponsor && phase.evaluation == nil:
            return nil
        case .data(let phase) where !isSponsor && phase.evaluation != nil:
            throw Refusal(.scoring)
        case .open(let phase) where now >= phase.closesAt:
            throw wrongPhase()
        case .reveal(let phase) where !isSponsor && now >= phase.closesAt:
            // It is over and still here only while scores are pending.
            throw Refusal(.scoring)
        case .open, .claim, .reveal, .gather:
            guard let slot else { throw wrongPhase() }
            guard job.slots[slot].commitmentOrder != nil else {
                throw wrongPhase("without a commitment")
            }
            return slot
        case .filling, .commit, .data, .score:
            throw wrongPhase()
        }
    }

    /// What the file is for. The sponsor delivers one kind a phase, but for FILLING, where the base
    /// model is told by its CID.
    fileprivate func kind(of cid: CID, _ slot: Int?) throws(Refusal) -> FileKind {
        if let slot { return .model(slot: slot) }
        guard case .filling = job.phase else { return .data }
        if cid.isSameBlock(as: job.baseCid) { return .base }
        guard !job.terms.sealed else { throw wrongPhase("only the base model") }
        return .data
    }

    /// Does what a piece that was received makes possible.
    mutating func take(_ arrival: Arrival) throws(Refusal) {
        switch arrival {
        case .nothing, .piece: return
        case .failed(let fault):
            decision.report(RefusalCode(fault.code), at: "job \(job.id), \(fault.at)")
        case .whole(let kind):
            guard let file = file(kind), let whole = file.whole else {
                throw Refusal(.internalFault, at: "job \(job.id), a whole file")
            }
            if case .data = kind, !job.terms.sealed, whole.digest != job.terms.evaluation[0] {
                drop(.data)
                decision.report(.wrongData, at: "job \(job.id), \(file.cid.text)")
                return
            }
            try noticeStored(file)
            try openWhenFilled()
        }
    }

    /// Says that a file is whole, once.
    mutating func noticeStored(_ file: JobFile) throws(Refusal) {
        try decision.notice(
            NoticeFunctions.contentStored, .uint(job.id), .address(file.owner),
            .bytes(file.cid.binary), .uint(UInt64(file.whole?.bytes.count ?? 0)))
    }
}

extension RefusalCode {
    /// The code under which a fault of a stream is reported.
    fileprivate init(_ code: StreamFault.Code) {
        switch code {
        case .wrongBlock: self = .wrongBlock
        case .wrongSize: self = .wrongSize
        case .tooLarge: self = .tooLarge
        case .tooDeep: self = .tooDeep
        case .malformedBlock: self = .malformedBlock
        case .malformedStream: self = .malformedStream
        }
    }
}

extension Job {
    /// The exact length of a file, which follows from the terms.
    func length(of kind: FileKind) -> Int {
        switch kind {
        case .base, .global: return Int(storage.base)
        case .data: return Int(storage.evaluation)
        case .model: return Int(storage.model)
        }
    }
}

extension CID {
    /// A CID argument of a message: refused with `invalidCid`.
    init(_ bytes: [UInt8], named name: String) throws(Refusal) {
        do throws(CIDError) {
            try self.init(bytes)
        } catch {
            throw Refusal(.invalidCid, at: "\(name): \(error.rawValue)")
        }
    }

    /// Refused when a file cannot come under this CID.
    func requireFile(named name: String) throws(Refusal) {
        guard codec == CID.rawCodec || codec == CID.dagPBCodec, digest != nil else {
            throw Refusal(.unsupported, at: "\(name): only raw and dag-pb sha2-256 CIDs")
        }
    }
}
