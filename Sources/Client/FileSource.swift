import ABI
import Archive
import Content
import CoreCommands
import Foundation

/// One file, verified, in the form in which it is uploaded.
package struct FileSource: Sendable {
    /// What the tool puts together: the largest stream whose length an `upload` can name.
    package static var sizeLimit: Int { Int(UInt32.max) }

    package let root: CID
    /// The bytes of the file.
    package let file: [UInt8]
    /// What is uploaded, in its order. Under a raw root the file itself; under a dag-pb root a CAR of
    /// version 1 with every block where the reader visits it, again at each visit.
    package let stream: [UInt8]

    /// `file` under a profile.
    package init(file: [UInt8], profile: ProfileName) throws {
        let blocks = profile.blocks(of: file)
        try self.init(blocks, root: blocks.last?.cid ?? .raw(file))
    }

    /// The file under `root`, or under the only root in the header, among the blocks of a CAR file.
    package init(car file: [UInt8], root text: String?) throws {
        var blocks: [Block] = []
        let roots: [[UInt8]]
        do throws(CARError) {
            var reader = try CARReader(file)
            roots = reader.roots
            while let section = try reader.next() {
                if let cid = section.cid { blocks.append(Block(cid: cid, bytes: section.bytes)) }
            }
        } catch {
            throw ToolFailure(error)
        }
        if let text {
            try self.init(blocks, root: try CID(request: Array(text.utf8)))
            return
        }
        guard let only = roots.first, roots.count == 1 else {
            throw ToolFailure(
                "root", "the header has \(roots.count) roots; name one with --root")
        }
        guard let root = try? CID(binary: only) else {
            throw ToolFailure(
                "root",
                "the root \(Hex.string(only)) is over a hash function that DeML does not take: add the "
                    + "file anew with sha2-256, the default, or name another root with --root")
        }
        try self.init(blocks, root: root)
    }

    /// The file under `root`, or under the only block there is, among the blocks of a folder: each in
    /// a file named by its CID, as on a drive of the machine. Hidden files are passed over; everything
    /// else must be a block.
    package init(folder path: String, root text: String?) throws {
        var blocks: [Block] = []
        for name in try BlockFolder.names(in: path) {
            blocks.append(try BlockFolder.block(name, in: path))
        }
        if let text {
            try self.init(blocks, root: try CID(request: Array(text.utf8)))
            return
        }
        guard let only = blocks.first, blocks.count == 1 else {
            throw ToolFailure("root", "\(path) has \(blocks.count) blocks; name one with --root")
        }
        try self.init(blocks, root: only.cid)
    }

    private init(_ blocks: [Block], root: CID) throws {
        var byDigest: [Bytes32: [UInt8]] = [:]
        for block in blocks {
            if let digest = block.cid.digest { byDigest[digest] = block.bytes }
        }
        self.root = root
        guard let digest = root.digest else {
            throw ToolFailure(
                "unsupported",
                "\(root.text) holds its block itself (identity), and no message can name such a CID: "
                    + "add the file anew with sha2-256, the default")
        }
        guard root.codec == CID.rawCodec || root.codec == CID.dagPBCodec else {
            throw ToolFailure(
                "unsupported",
                "\(root.text) is \(root.codecName), no file: files are raw and dag-pb. Where it refers "
                    + "to a file, name that one, with --root where it is in a CAR file")
        }
        guard let block = byDigest[digest] else {
            throw ToolFailure("missing", "the block \(root.text) is missing")
        }
        var length = UInt64(block.count)
        do throws(DagError) {
            if root.codec == CID.dagPBCodec {
                length = try CARStream.fileSize(of: block)
                stream = try CARStream.bytes(root: root) { byDigest[$0] }
            } else {
                stream = block
            }
        } catch {
            throw ToolFailure(error, under: root)
        }
        file = try FileSource.file(root, stream, length)
    }

    /// What the application reads in the stream.
    private static func file(_ root: CID, _ stream: [UInt8], _ length: UInt64) throws -> [UInt8] {
        guard stream.count <= sizeLimit, length <= UInt64(sizeLimit) else {
            throw ToolFailure("tooLarge", "\(root.text) is larger than an upload can be")
        }
        var reader = FileStream(
            cid: root, size: UInt32(stream.count), length: Int(length), boundTo: nil)
        if stream.isEmpty { return [] }
        do throws(StreamFault) {
            try reader.append(stream)
        } catch {
            throw ToolFailure(error.code.rawValue, "\(root.text) is no file: \(error.at)")
        }
        guard let file = reader.finish() else {
            throw ToolFailure("missing", "blocks of \(root.text) are missing")
        }
        return file.bytes
    }
}
