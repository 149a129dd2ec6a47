import ABI
import Content
import JSON

/// A file of a job that comes as the blocks of a DAG.
public struct AwaitedFile: Sendable {
    public enum Use: Equatable, Sendable {
        case base
        /// The evaluation data. Unsealed the terms name no root: a file is tried that has the size,
        /// and it is the data if it has the SHA-256.
        case data
        /// The model that this slot has submitted.
        case model(slot: Int)
    }

    public let root: CID
    public let use: Use
    /// SHA-256 of the first block that was missing when the DAG was walked last. Only when it comes
    /// is the DAG walked again.
    public var missing: Bytes32
}

extension Job {
    /// Bytes that the file may have.
    func sizeLimit(of use: AwaitedFile.Use) -> UInt64 {
        switch use {
        case .base: return storage.base
        case .data: return storage.evaluation
        case .model: return storage.model
        }
    }

    /// Forgets the files that nobody waits for any more: a commitment was renewed, a slot lost, a
    /// window closed.
    mutating func forgetStaleFiles() {
        if awaited.isEmpty { return }
        awaited = awaited.filter(isCurrent)
    }

    private func isCurrent(_ file: AwaitedFile) -> Bool {
        switch (file.use, phase) {
        case (.base, .filling): return true
        case (.data, .filling): return !hasContent(terms.evaluation[0])
        case (.data, .data(let phase)): return phase.opening?.cid == file.root
        case (.model(let slot), .open), (.model(let slot), .reveal), (.model(let slot), .gather):
            guard case .awaiting(let opening) = slots[slot].stage else { return false }
            return opening.modelCid == file.root
        default: return false
        }
    }

    /// `"awaited":[{"for","root","missing":[CID…]}]`: files whose blocks are not all there and the
    /// first ones that are not. Left out when there is none.
    func writeAwaited(to json: inout JSONWriter, _ store: ContentStore) {
        if awaited.isEmpty { return }
        json.beginArray("awaited")
        for file in awaited {
            json.beginObject()
            switch file.use {
            case .base: json.string("for", "baseModel")
            case .data: json.string("for", "data")
            case .model(let slot):
                json.string("for", "model")
                json.number("slot", UInt64(slot))
            }
            json.string("root", file.root.text)
            json.beginArray("missing")
            let found = try? FileResolver.resolve(file.root, sizeLimit: sizeLimit(of: file.use)) {
                store.bytes(of: $0)
            }
            if case .missing(let missing, _)? = found {
                for cid in missing { json.string(cid.text) }
            }
            json.endArray()
            json.endObject()
        }
        json.endArray()
    }
}
