import ABI
import Content
import Marketplace

// Files are streams, each of one account.
extension MarketModel {
    mutating func upload(
        _ job: Int, _ cid: Name, size: Int, offset: Int, _ chunk: [UInt8]
    ) throws {
        var kind = try kindOfUpload(job)
        if let code = cid.refusal { throw Refused(code) }
        if jobs[job].phase == .filling {
            if cid.isSame(as: jobs[job].terms.base) {
                kind = .base
            } else if jobs[job].terms.isSealed {
                throw Refused("wrongPhase")
            }
        }
        guard !chunk.isEmpty, offset + chunk.count <= size else {
            throw Refused("chunkOutOfRange")
        }
        let length = jobs[job].length(of: kind)
        guard cid.isDag || size == length else { throw Refused("wrongSize") }
        let place = jobs[job].file(kind, of: sender)
        let old = place.map { jobs[job].files[$0] }
        if offset == 0 {
            if let old, jobs[job].isInUse(old) { throw Refused("inUse") }
            if let old, old.isWhole, old.name.isSame(as: cid) { return }
            jobs[job].drop(kind, of: sender)
            jobs[job].files.append(FileModel(kind, of: sender, as: cid, size: size))
        } else {
            guard let old, !old.isWhole, old.name.isSame(as: cid) else {
                throw Refused("outOfOrder")
            }
            guard old.size == size else { throw Refused("wrongSize") }
            guard old.stream.count == offset else { throw Refused("outOfOrder") }
        }
        guard let file = jobs[job].file(kind, of: sender) else { return }
        jobs[job].files[file].stream += chunk
        look(at: file, job)
    }

    /// What the sender may upload in this phase. FILLING takes base model and data.
    private func kindOfUpload(_ job: Int) throws -> FileModel.Kind {
        let state = jobs[job]
        let isSponsor = sender == state.sponsor
        let slot = state.slot(of: sender)
        guard isSponsor || slot != nil else { throw Refused("notSlotHolder") }
        if isSponsor {
            let isAwaited = state.phase == .filling || state.phase == .data && state.data == nil
            guard isAwaited else { throw Refused("wrongPhase") }
            return .data
        }
        let isPromised = slot.flatMap { state.seats[$0]?.promise } != nil
        switch state.phase {
        case .data where state.data != nil: throw Refused("scoring")
        case .reveal where state.isOver: throw Refused("scoring")
        case .open where !state.isOver && isPromised: return .model
        case .claim where isPromised, .reveal where isPromised, .gather where isPromised:
            return .model
        default: throw Refused("wrongPhase")
        }
    }

    /// Judges all that has come of a file, from its first byte on.
    private mutating func look(at place: Int, _ job: Int) {
        let file = jobs[job].files[place]
        switch StreamModel.judge(
            file.stream, of: file.size, as: file.name, length: jobs[job].length(of: file.kind))
        {
        case .open: return
        case .fault(let code):
            effects.codes.append(code)
            jobs[job].files.remove(at: place)
        case .whole(let blob):
            let isData = jobs[job].phase == .filling && file.kind == .data
            if isData, SHA256.hash(blob) != jobs[job].terms.evaluation.first {
                effects.codes.append("wrongData")
                jobs[job].files.remove(at: place)
                return
            }
            jobs[job].files[place].blob = blob
            announce(file.name, blob, job, owner: file.owner)
            if jobs[job].phase == .filling { openWhenFilled(job) }
        }
    }

    private mutating func announce(_ name: Name, _ blob: [UInt8], _ job: Int, owner: Address) {
        say(
            NoticeFunctions.contentStored, .uint(UInt64(job)), .address(owner),
            .bytes(name.binary), .uint(UInt64(blob.count)))
    }

    /// Takes over what is known already: a kept global model, or what is in use in a live job of
    /// the same sponsor.
    mutating func adopt(_ kind: FileModel.Kind, as name: Name, _ job: Int) {
        guard let blob = known(as: name, to: jobs[job].sponsor),
            blob.count == jobs[job].length(of: kind)
        else { return }
        if drive.contains(where: { $0.isKnown(as: name) }) { effects.fromDrive += 1 }
        let sponsor = jobs[job].sponsor
        jobs[job].drop(kind, of: sponsor)
        jobs[job].files.append(FileModel(kind, of: sponsor, as: name, whole: blob))
        announce(name, blob, job, owner: sponsor)
    }

    private func known(as name: Name, to sponsor: Address) -> [UInt8]? {
        if !name.isDag, let blob = kept[name.digest] { return blob }
        if let file = drive.first(where: { $0.isKnown(as: name) }) { return file.blob }
        for job in jobs where !job.hasEnded && job.sponsor == sponsor {
            for file in job.files where job.isInUse(file) && file.isKnown(as: name) {
                return file.blob
            }
        }
        return nil
    }
}
