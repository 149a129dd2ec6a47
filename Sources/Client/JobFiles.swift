import ABI
import Content
import CoreCommands
import JSON

/// What the application says about a job and its files: `jobs/{id}` and `jobs/{id}/files`.
package struct JobFiles {
    package struct Entry {
        let kind: String
        let owner: Address?
        let cid: CID
        /// Bytes of the stream, and how many have come.
        let size: Int
        let received: Int
        /// The offset that is due; nil when the file is whole.
        let due: Int?
        let isInUse: Bool
    }

    package let entries: [Entry]

    package init(_ answer: JSONValue) throws(ToolFailure) {
        guard let files = answer["files"]?.elements else {
            throw ToolFailure("inspect", "the application does not say which files the job has")
        }
        var entries: [Entry] = []
        for file in files {
            guard let kind = file["kind"]?.text, let text = file["cid"]?.text,
                let cid = try? CID(text: Array(text.utf8)), let size = file["size"]?.int,
                let received = file["received"]?.int
            else { throw ToolFailure("inspect", "the application's list of files is unreadable") }
            entries.append(
                Entry(
                    kind: kind, owner: file["owner"]?.text.flatMap { Address(hex: $0) }, cid: cid,
                    size: size, received: received, due: file["due"]?.int,
                    isInUse: file["inUse"]?.bool ?? false))
        }
        self.entries = entries
    }

    /// The file of `owner` under `cid`, in either version.
    package func file(_ cid: CID, of owner: Address) -> Entry? {
        entries.first { $0.owner == owner && $0.cid.names(sameBlockAs: cid) }
    }

    /// A file of `owner` that a new one of `kind` would take the place of.
    package func file(of owner: Address, kind: String) -> Entry? {
        entries.first { $0.owner == owner && $0.kind == kind }
    }
}

/// The parts of `jobs/{id}` that decide what may be uploaded.
package struct JobState {
    package let sponsor: Address?
    package let phase: String
    package let baseModel: CID?

    package init(_ answer: JSONValue) throws(ToolFailure) {
        guard let job = answer["job"], let phase = job["phaseNow"]?.text else {
            throw ToolFailure("inspect", "the application's answer about the job is unreadable")
        }
        self.phase = phase
        sponsor = job["sponsor"]?.text.flatMap { Address(hex: $0) }
        baseModel = job["content"]?["baseModelCid"]?.text.flatMap {
            try? CID(text: Array($0.utf8))
        }
    }

    /// What `sender` uploads under `cid` in this phase; throws when the phase takes nothing of it.
    package func kind(of cid: CID, from sender: Address) throws(ToolFailure) -> String {
        switch (sender == sponsor, phase) {
        case (true, "filling"):
            return baseModel.map { $0.names(sameBlockAs: cid) } == true ? "base" : "data"
        case (true, "data"): return "data"
        case (false, "open"), (false, "claim"), (false, "reveal"): return "model"
        case (true, _):
            throw ToolFailure(
                "wrongPhase",
                "the job is in phase \(phase); its sponsor uploads in filling and data")
        case (false, _):
            throw ToolFailure(
                "wrongPhase",
                "the job is in phase \(phase); a model is uploaded in open, claim and reveal")
        }
    }
}

extension CID {
    /// Whether both name the same block read in the same way; the version does not matter.
    package func names(sameBlockAs other: CID) -> Bool {
        codec == other.codec && multihash == other.multihash
    }
}

extension JSONValue {
    /// A count that the machine can hold.
    fileprivate var int: Int? { uint64.flatMap { Int(exactly: $0) } }
}
