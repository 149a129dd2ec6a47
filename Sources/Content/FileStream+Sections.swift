import ABI

/// The CAR file of a stream: header and sections.
extension FileStream {
    /// One byte of the header or its length.
    mutating func takeHeader(_ byte: UInt8) throws(StreamFault) {
        head.append(byte)
        if headEnd == 0 {
            guard let length = try number("header") else { return }
            guard length <= UInt64(FileStream.headerLimit) else {
                throw StreamFault(.malformedStream, cid, "header")
            }
            headEnd = numberEnd + Int(length)
        }
        guard head.count == headEnd else { return }
        do throws(CARError) {
            var reader = CARHeaderReader(head, from: numberEnd, to: headEnd)
            _ = try reader.read()
        } catch {
            throw StreamFault(.malformedStream, cid, "header")
        }
        beginHead()
    }

    /// The length and the CID of a section, as far as they are in the piece.
    mutating func takeHead(_ piece: [UInt8], _ position: inout Int) throws(StreamFault) {
        guard let due else { return }
        if headEnd == 0 {
            head.append(piece[position])
            position += 1
            guard let length = try number("sectionLength") else { return }
            guard length <= UInt64(Block.sizeLimit + FileStream.longCID) else {
                throw StreamFault(.tooLarge, due.cid, "blockTooLarge")
            }
            bodyLeft = Int(length)
            // The first byte tells a CID of version 0 from one of version 1.
            headEnd = numberEnd + 1
            return
        }
        let count = min(headEnd - head.count, piece.count - position)
        head.append(contentsOf: piece[position..<(position + count)])
        position += count
        guard head.count == headEnd else { return }
        guard headEnd > numberEnd + 1 else {
            let length = head[numberEnd] == 0x12 ? FileStream.shortCID : FileStream.longCID
            guard length <= bodyLeft else {
                throw StreamFault(.malformedStream, due.cid, "sectionLength")
            }
            bodyLeft -= length
            headEnd = numberEnd + length
            return
        }
        guard isNamed(due) else { throw StreamFault(.wrongBlock, due.cid, "notDue") }
        try beginBody(due)
    }

    /// Bytes of a CID with SHA-256 in versions 0 and 1.
    private static var shortCID: Int { 34 }
    private static var longCID: Int { 36 }

    /// The number at the beginning of `head`, nil when it is cut off. It is never zero.
    private mutating func number(_ reason: String) throws(StreamFault) -> UInt64? {
        guard let last = head.last, last < 0x80 || head.count == 9 else { return nil }
        var reader = ByteReader(head)
        guard let value = try? reader.readVarint(), value > 0 else {
            throw StreamFault(.malformedStream, due?.cid ?? cid, reason)
        }
        numberEnd = head.count
        return value
    }

    /// Whether the section that has begun is of this block: the same codec and hash; for dag-pb both
    /// versions name it.
    private func isNamed(_ due: Due) -> Bool {
        guard Bytes32(head, at: headEnd - 32) == due.digest else { return false }
        if headEnd - numberEnd == FileStream.shortCID {
            return due.cid.codec == CID.dagPBCodec && head[numberEnd + 1] == 32
        }
        return head[numberEnd] == 1 && UInt64(head[numberEnd + 1]) == due.cid.codec
            && head[numberEnd + 2] == 0x12 && head[numberEnd + 3] == 32
    }

    private mutating func beginHead() {
        stage = .section
        head = []
        headEnd = 0
    }

    /// Refuses a block that would not fit before anything of it is held.
    private mutating func beginBody(_ due: Due) throws(StreamFault) {
        guard bodyLeft <= Block.sizeLimit else {
            throw StreamFault(.tooLarge, due.cid, "blockTooLarge")
        }
        let isLeaf = due.cid.codec == CID.rawCodec
        guard !isLeaf || UInt64(bodyLeft) == due.size else {
            throw StreamFault(.wrongSize, due.cid, "sizeMismatch")
        }
        guard bodyLeft <= room else { throw StreamFault(.tooLarge, due.cid, "heldBytes") }
        blockHash = SHA256()
        stage = isLeaf ? .leaf : .node
        if !isLeaf { node = NodeReader(length: bodyLeft, ownLimit: due.size) }
        // An empty block is its CID alone.
        if bodyLeft == 0 { try endBody() }
    }

    /// Bytes of a block, as far as they are in the piece.
    mutating func takeBody(_ piece: [UInt8], _ position: inout Int) throws(StreamFault) {
        let end = position + min(bodyLeft, piece.count - position)
        blockHash.update(piece, position..<end)
        bodyLeft -= end - position
        if stage == .leaf {
            appendFile(piece, position..<end)
            position = end
        }
        while position < end, let own = node?.take(piece, &position, end) {
            appendFile(piece, own)
        }
        if bodyLeft == 0 { try endBody() }
    }

    /// The block is complete.
    private mutating func endBody() throws(StreamFault) {
        guard let due else { return }
        guard blockHash.finalised == due.digest else {
            throw StreamFault(.wrongBlock, due.cid, "hashMismatch")
        }
        beginHead()
        // A node is open as long as it has links due.
        while let last = open.last, last.linksLeft == 0 { pop(last) }
        if var node {
            self.node = nil
            try finish(&node, size: due.size, in: due.cid)
            try push(OpenNode(node, cid: due.cid, depth: due.depth))
        }
        try findDue()
    }

    /// Checks a node all of whose bytes came, against its hash too, and its size.
    private func finish(
        _ node: inout NodeReader, size: UInt64, in cid: CID
    ) throws(StreamFault) {
        do throws(DagError) {
            try node.finish()
        } catch {
            // More bytes of its own than there may be in all.
            if case .tooLarge = error { throw StreamFault(.wrongSize, cid, "sizeMismatch") }
            throw StreamFault(.malformedBlock, cid, error.code)
        }
        guard node.size == size else { throw StreamFault(.wrongSize, cid, "sizeMismatch") }
    }

    private mutating func push(_ node: OpenNode) throws(StreamFault) {
        guard node.linksLeft > 0 else { return }
        guard node.depth < FileStream.depthLimit else {
            throw StreamFault(.tooDeep, node.cid, "tooDeep")
        }
        open.append(node)
        openBytes += node.bytes.count
    }

    private mutating func pop(_ node: OpenNode) {
        open.removeLast()
        openBytes -= node.bytes.count
    }

    /// Follows the links to the next block that has to come, through blocks inside of their CIDs.
    private mutating func findDue() throws(StreamFault) {
        due = nil
        var inline = 0
        while var node = open.popLast() {
            guard node.linksLeft > 0 else {
                openBytes -= node.bytes.count
                continue
            }
            let start = node.linkAt
            let (child, size) = node.next()
            open.append(node)
            switch child {
            case .block(let cid):
                due = Due(
                    cid: cid, digest: cid.digest ?? .zero, size: size, depth: node.depth + 1)
                return
            case .inline(let range, let isNode):
                inline += node.linkAt - start
                guard inline <= FileStream.inlineLimit else {
                    throw StreamFault(.tooLarge, node.cid, "inlineBytes")
                }
                try takeInline(node, range, isNode: isNode, size: size)
            }
        }
        stage = .done
    }

    /// A block inside of the CID of a link of `parent`.
    private mutating func takeInline(
        _ parent: OpenNode, _ range: Range<Int>, isNode: Bool, size: UInt64
    ) throws(StreamFault) {
        guard isNode else {
            guard UInt64(range.count) == size else {
                throw StreamFault(.wrongSize, parent.cid, "sizeMismatch")
            }
            guard range.count <= room else {
                throw StreamFault(.tooLarge, parent.cid, "heldBytes")
            }
            appendFile(parent.bytes, range)
            return
        }
        let block = Array(parent.bytes[range])
        guard block.count <= room else { throw StreamFault(.tooLarge, parent.cid, "heldBytes") }
        var node = NodeReader(length: block.count, ownLimit: size)
        var position = 0
        while position < block.count {
            appendFile(block, node.take(block, &position, block.count))
        }
        try finish(&node, size: size, in: parent.cid)
        try push(OpenNode(node, cid: parent.cid, depth: parent.depth + 1))
    }
}
