import ABI
import Content

/// How a drive is filled, before the first input: with blocks, which are made into files.
extension ContentDrive {
    /// A block on the drive that must be a file or a part of one, and is none.
    public struct Fault: Error, Equatable, Sendable {
        /// For the operator: the CID, a colon and the reason.
        public let message: String
    }

    /// Bytes of the files that are made of nodes, all together.
    public static var madeLimit: Int { 1 << 28 }

    /// Adds one block; false when it does not hash to `cid`.
    public mutating func add(_ bytes: [UInt8], cid: CID) -> Bool {
        guard cid.matches(bytes) else { return false }
        keep(bytes, cid)
        return true
    }

    /// Adds the blocks of a CAR file. Those over other hash functions cannot be asked for, and are
    /// left out.
    public mutating func add(car file: [UInt8]) throws(CARError) {
        var reader = try CARReader(file)
        while let section = try reader.next() {
            if let cid = section.cid { keep(section.bytes, cid) }
        }
    }

    /// A block inside of its CID is always there, and one of another codec is never asked for.
    private mutating func keep(_ bytes: [UInt8], _ cid: CID) {
        guard let digest = cid.digest else { return }
        let block = WholeFile(bytes: bytes, digest: digest, boundDigest: nil)
        if cid.codec == CID.rawCodec { files.rows.append((digest, block)) }
        if cid.codec == CID.dagPBCodec { nodes.rows.append((digest, block)) }
    }

    /// Makes whole files of what was added: every raw block is one, and every dag-pb node to which
    /// no other one links must be the root of one.
    public mutating func seal() throws(Fault) {
        files.sort()
        nodes.sort()
        var links: [Bytes32] = []
        for (digest, node) in nodes.rows {
            do throws(DagError) {
                links += try CARStream.links(of: node.bytes)
            } catch {
                throw ContentDrive.fault(digest, error)
            }
        }
        links.sort()
        var made: [WholeFile] = []
        var room = ContentDrive.madeLimit
        for (digest, node) in nodes.rows where !links.hasSorted(digest) {
            let file = try make(node, room)
            room -= file.bytes.count
            made.append(file)
            roots.rows.append((digest, file))
        }
        files.rows += made.map { ($0.digest, $0) }
        files.sort()
        roots.sort()
        nodes = DriveTable()
    }

    /// The file under a root, read as the stream of an upload is.
    private func make(_ root: WholeFile, _ room: Int) throws(Fault) -> WholeFile {
        let cid = CID.dagPB(digest: root.digest)
        let block = { digest in (nodes.find(digest) ?? files.find(digest))?.bytes }
        var reader: FileStream
        do throws(DagError) {
            let length = try CARStream.fileSize(of: root.bytes)
            guard length <= UInt64(room) else {
                throw .tooLarge(declared: length, limit: UInt64(room))
            }
            let size = try CARStream.size(root: cid, block: block)
            reader = FileStream(cid: cid, size: UInt32(size), length: Int(length), boundTo: nil)
        } catch {
            throw ContentDrive.fault(root.digest, error)
        }
        var stream = CARStream(root: cid)
        while let part = try? stream.next(block) {
            do throws(StreamFault) {
                try reader.append(part)
            } catch {
                throw Fault(message: error.at)
            }
        }
        guard let file = reader.finish() else { throw Fault(message: "\(cid.text): missing") }
        return file
    }

    private static func fault(_ digest: Bytes32, _ error: DagError) -> Fault {
        var message = "\(CID.dagPB(digest: digest).text): \(error.code)"
        if case .missing(let missing) = error {
            for cid in missing { message += " \(cid.text)" }
        }
        return Fault(message: message)
    }
}

extension [Bytes32] {
    fileprivate func hasSorted(_ digest: Bytes32) -> Bool {
        let index = firstSorted { $0 >= digest }
        return index < count && self[index] == digest
    }
}
