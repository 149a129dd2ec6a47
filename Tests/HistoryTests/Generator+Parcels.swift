import ABI
import Content

// How blobs are sent, and how they should not be.
extension Generator {
    /// Raw, or one of the many DAGs of the same bytes.
    mutating func parcel(of blob: [UInt8]) -> Parcel {
        if let file = drive.first(where: { $0.blob == blob }), chance(60) { return file.parcel }
        if chance(65) {
            let form: Name.Form = chance(80) ? .binary : [.base16, .base32][below(2)]
            return Parcel(raw: blob, form)
        }
        var parcel = shape().parcel(of: blob)
        if parcel.name.form == .root, chance(20) {
            parcel = Parcel(name: Name(parcel.name.digest, .rootText), stream: parcel.stream)
        }
        return parcel
    }

    private mutating func shape() -> TinyDag {
        var dag = TinyDag()
        dag.chunk = [7, 16, 30, 60, 100][below(5)]
        dag.width = 2 + below(3)
        dag.leaves = [.raw, .raw, .nodes, .identity][below(4)]
        dag.isOld = dag.leaves == .nodes && chance(50)
        return dag
    }

    /// The whole parcel, or the next piece of what is missing.
    mutating func upload(_ parcel: Parcel, at job: JobModel, by sender: Address) -> Deed {
        let open = job.files.first {
            $0.owner == sender && !$0.isWhole && $0.name.isSame(as: parcel.name)
                && $0.size == parcel.stream.count
        }
        let start = open?.stream.count ?? 0
        let rest = parcel.stream.count - start
        let count = chance(25) ? 1 + below(rest) : rest
        return piece(of: parcel, start..<(start + count), at: job)
    }

    func piece(of parcel: Parcel, _ range: Range<Int>, at job: JobModel) -> Deed {
        .upload(
            job: number(job), cid: parcel.name, size: parcel.stream.count,
            offset: range.lowerBound, chunk: Array(parcel.stream[range]))
    }

    /// A stream that is none of `blob`, or not quite.
    mutating func spoiled(_ blob: [UInt8]) -> Parcel {
        let dag = shape()
        let parcel = chance(25) ? Parcel(raw: blob) : dag.parcel(of: blob)
        switch below(10) {
        case 0:
            // A header longer than any that is read, or one with a fault in it.
            let header = TinyDag.header + [UInt8](repeating: 0, count: chance(50) ? 600 : 0)
            let stream = TinyDag.car(of: dag.root(of: blob), header: header.map { $0 & 0x7f })
            return Parcel(name: parcel.name, stream: stream)
        case 1: return deep(blob)
        case 2: return bulky(blob)
        case 3: return unequal(blob)
        case 4:
            return Parcel(
                name: Name(of: blob + [0], parcel.name.form), stream: parcel.stream)
        default: return damaged(parcel)
        }
    }

    /// A stream with one fault of each kind.
    mutating func faulty(_ blob: [UInt8]) -> Parcel {
        switch below(6) {
        case 0: return deep(blob)
        case 1: return bulky(blob)
        case 2: return unequal(blob)
        case 3: return garbled(blob)
        case 4: return damaged(TinyDag().parcel(of: blob))
        default: return Parcel(name: Name(of: blob + [0]), stream: blob)
        }
    }

    /// A root that hashes right, and is no file node.
    private mutating func garbled(_ blob: [UInt8]) -> Parcel {
        var section = TinyDag().node([], data: blob).section ?? []
        section[0] ^= 1 << UInt8(below(8))
        let cid = [0x01, 0x70, 0x12, 0x20] + SHA256.hash(section).bytes
        return parcel(
            under: TinyDag.Block(section: section, cid: cid, size: blob.count, children: []))
    }

    /// The same name, and other bytes.
    mutating func damaged(_ parcel: Parcel) -> Parcel {
        var stream = parcel.stream
        switch below(4) {
        case 0, 1: stream[below(stream.count)] ^= 1 << UInt8(below(8))
        case 2: stream.removeLast(min(stream.count - 1, 1 + below(9)))
        default: stream += (0..<(1 + below(9))).map { _ in UInt8(below(256)) }
        }
        return Parcel(name: parcel.name, stream: stream)
    }

    /// Sixteen nodes above each other are read, seventeen are not.
    private mutating func deep(_ blob: [UInt8]) -> Parcel {
        let dag = TinyDag()
        var block = dag.node([], data: blob)
        for _ in 1..<(15 + below(3)) { block = dag.node([block]) }
        return parcel(under: block)
    }

    /// More links than the job has room for: to nothing at all.
    private mutating func bulky(_ blob: [UInt8]) -> Parcel {
        var dag = TinyDag()
        dag.leaves = chance(50) ? .raw : .identity
        let nothing = dag.root(of: []).children
        let links = [UInt8](repeating: 0, count: 18 + below(20)).flatMap { _ in nothing }
        return parcel(under: dag.node(links + [dag.node([], data: blob)]))
    }

    /// Sizes that do not add up, or add up to something else.
    private mutating func unequal(_ blob: [UInt8]) -> Parcel {
        let dag = TinyDag()
        let leaf = dag.node([], data: blob)
        switch below(4) {
        case 0: return parcel(under: dag.node([leaf], size: blob.count + 1))
        case 1: return parcel(under: dag.node([leaf, leaf]))
        case 2: return parcel(under: dag.node([], data: blob, size: blob.count - 1))
        default:
            var child = leaf
            child = TinyDag.Block(
                section: leaf.section, cid: leaf.cid, size: blob.count + 1, children: [])
            return parcel(under: dag.node([child]))
        }
    }

    private func parcel(under root: TinyDag.Block) -> Parcel {
        Parcel(
            name: Name(SHA256.hash(root.section ?? []), .root), stream: TinyDag.car(of: root))
    }
}
