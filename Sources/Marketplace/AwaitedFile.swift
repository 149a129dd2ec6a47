import ABI
import Content
import JSON

/// A file of a job that comes as the blocks of a DAG.
public struct AwaitedFile: Sendable {
    public enum Use: Equatable, Sendable {
        case base
        /// The evaluation data, if it has their SHA-256: the terms name no root.
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

    func isAwaiting(_ use: AwaitedFile.Use) -> Bool {
        for file in awaited where file.use == use { return true }
        return false
    }

    /// Forgets the model that a slot had submitted and whose blocks were not all there.
    mutating func stopAwaitingModel(of slot: Int) {
        var index = 0
        while index < awaited.count {
            if awaited[index].use == .model(slot: slot) {
                awaited.remove(at: index)
            } else {
                index += 1
            }
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
