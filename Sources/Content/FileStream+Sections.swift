import ABI

/// The CAR file of a stream: header and sections.
extension FileStream {
    /// One byte of the header or its length.
    mutating func takeHeader(_ byte: UInt8) throws(StreamFault) {
        head.append(byte)
        if headEnd == 0 {
            guard let length = try number() else { return }
            guard length > 0, length <= UInt64(FileStream.headerLimit) else {
                throw StreamFault(.malformedStream, cid, "header")
            }
            headEnd = head.count + Int(length)
        }
        guard head.count == headEnd else { return }
        do throws(CARHeaderReader.Malformed) {
            var reader = CARHeaderReader(head, from: numberAt, to: headEnd)
            _ = try reader.read()
        } catch {
            throw StreamFault(.malformedStream, cid, "header")
        }
        beginHead()
    }

    /// The length and the CID of a section, as far as they are in the piece.
    mutating func takeHead(_ piece: [UInt8], _ position: inout Int) throws(StreamFault) {
        while headEnd == 0 {
            guard position < piece.count else { return }
            head.append(piece[position])
            position += 1
            if let value = try number() { try takeNumber(value) }
        }
        let count = min(headEnd - head.count, piece.count - position)
        head.append(piece, position..<(position + count))
        position += count
        if head.count == headEnd { try beginBody() }
    }

    /// A number of the head: the length, then those of the CID, the last of which says where it ends.
    private mutating func takeNumber(_ value: UInt64) throws(StreamFault) {
        numbers.append(value)
        if numbers.count == 1 {
            guard value > 0 else { throw malformed("sectionLength") }
            cidAt = head.count
            return
        }
        // A CID of version 0 is the hash alone: its function and its length.
        let isOld = numbers[1] == 0x12
        guard isOld || numbers[1] == 1 else { throw malformed("cid") }
        guard numbers.count == (isOld ? 3 : 5) else { return }
        guard isOld ? value == 32 : value <= 128 else { throw malformed("cid") }
        headEnd = head.count + Int(value)
    }

    private func malformed(_ reason: String) -> StreamFault { fault(.malformedStream, reason) }

    /// The number that ends `head`, in as few bytes as it needs; nil when it is cut off.
    private mutating func number() throws(StreamFault) -> UInt64? {
        guard let last = head.last, last < 0x80 || head.count - numberAt == 9 else { return nil }
        guard last < 0x80, last > 0 || head.count - numberAt == 1 else { throw malformed("number") }
        var value: UInt64 = 0
        for byte in head[numberAt...].reversed() {
            value = value << 7 | UInt64(byte & 0x7f)
        }
        numberAt = head.count
        return value
    }

    /// Whether the section that has begun is of this block: the same codec and hash; for dag-pb both
    /// versions name it.
    ///
    /// Mutating, as all others that read a stream for each section: else the stream would be copied.
    private mutating func isDue() -> Bool {
        let (codec, hash) =
            numbers[1] == 1 ? (numbers[2], numbers[3]) : (CID.dagPBCodec, numbers[1])
        return codec == due?.cid.codec && hash == 0x12 && numbers.last == 32
            && Bytes32(head, at: headEnd - 32) == due?.digest
    }

    /// A fault of the block that is due.
    private func fault(_ code: StreamFault.Code, _ reason: String) -> StreamFault {
        StreamFault(code, due?.cid ?? cid, reason)
    }

    private mutating func beginHead() {
        stage = .section
        head.removeAll(keepingCapacity: true)
        numbers.removeAll(keepingCapacity: true)
        headEnd = 0
        numberAt = 0
    }

    /// Refuses a block that is not due or would not fit, before anything of it is held.
    private mutating func beginBody() throws(StreamFault) {
        guard isDue() else { throw fault(.wrongBlock, "notDue") }
        guard numbers[0] >= UInt64(headEnd - cidAt) else { throw malformed("sectionLength") }
        bodyLeft = Int(numbers[0]) - (headEnd - cidAt)
        let isLeaf = due?.cid.codec == CID.rawCodec
        let size = due?.size ?? 0
        guard !isLeaf || UInt64(bodyLeft) == size else { throw fault(.wrongSize, "sizeMismatch") }
        guard bodyLeft <= Block.sizeLimit else { throw fault(.tooLarge, "blockTooLarge") }
        guard bodyLeft <= room else { throw fault(.tooLarge, "heldBytes") }
        blockHash.restart()
        stage = isLeaf ? .leaf : .node
        if !isLeaf { node = NodeReader(length: bodyLeft, ownLimit: size) }
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
        while position < end {
            appendFile(piece, node.take(piece, &position, end))
        }
        if bodyLeft == 0 { try endBody() }
    }

    /// The block is complete.
    private mutating func endBody() throws(StreamFault) {
        guard blockHash.finalised == due?.digest else { throw fault(.wrongBlock, "hashMismatch") }
        let isNode = stage == .node
        beginHead()
        // A parent is done with when its last link is.
        if let parent = open.last, parent.linksLeft == 0 {
            open.removeLast()
            openBytes -= parent.bytes.count
        }
        if isNode { try endNode() }
        try findDue()
    }

    /// Most nodes of a stream that someone makes slow are leaves: those are not even copied.
    private mutating func endNode() throws(StreamFault) {
        do throws(DagError) {
            try node.finish()
        } catch {
            throw FileStream.fault(of: error, in: due?.cid ?? cid)
        }
        guard node.size == due?.size else { throw fault(.wrongSize, "sizeMismatch") }
        if node.linkCount > 0, let due, let parent = try opened(node, due.cid, depth: due.depth) {
            open.append(parent)
        }
        node = .none
    }

    /// What is wrong with the node in a block: more bytes of its own than there may be in all are a
    /// wrong size.
    private static func fault(of error: DagError, in cid: CID) -> StreamFault {
        if case .tooLarge = error { return StreamFault(.wrongSize, cid, "sizeMismatch") }
        return StreamFault(.malformedBlock, cid, error.code)
    }

    /// Checks a node inside of a CID, and its size.
    private func finish(
        _ node: inout NodeReader, size: UInt64, in cid: CID
    ) throws(StreamFault) {
        do throws(DagError) {
            try node.finish()
        } catch {
            throw FileStream.fault(of: error, in: cid)
        }
        guard node.size == size else { throw StreamFault(.wrongSize, cid, "sizeMismatch") }
    }

    /// The node behind `reader`, counted as held; nil when it has no links.
    private mutating func opened(
        _ reader: NodeReader, _ cid: CID, depth: Int
    ) throws(StreamFault) -> OpenNode? {
        guard reader.linkCount > 0 else { return nil }
        guard depth < FileStream.depthLimit else { throw StreamFault(.tooDeep, cid, "tooDeep") }
        openBytes += reader.bytes.count
        return OpenNode(reader, cid: cid, depth: depth)
    }

    /// Follows the links to the next block that has to come, through blocks inside of their CIDs.
    private mutating func findDue() throws(StreamFault) {
        due = nil
        while let last = open.indices.last {
            // Where nothing is inside of a CID, the node stays where it is.
            if open[last].linksLeft > 0, !open[last].isNextInline {
                let (child, size) = open[last].next()
                guard case .block(let cid) = child else { return }
                due = Due(
                    cid: cid, digest: cid.digest ?? .zero, size: size, depth: open[last].depth + 1)
                return
            }
            var node = open.removeLast()
            while node.linksLeft > 0 {
                let start = node.linkAt
                let (child, size) = node.next()
                switch child {
                case .block(let cid):
                    open.append(node)
                    due = Due(
                        cid: cid, digest: cid.digest ?? .zero, size: size, depth: node.depth + 1)
                    return
                case .inline(let range, let isNode):
                    inlineBytes += node.linkAt - start
                    guard inlineBytes <= FileStream.inlineLimit else {
                        throw StreamFault(.tooLarge, node.cid, "inlineBytes")
                    }
                    guard let below = try takeInline(node, range, isNode: isNode, size: size)
                    else { continue }
                    if node.linksLeft > 0 {
                        open.append(node)
                    } else {
                        openBytes -= node.bytes.count
                    }
                    node = below
                }
            }
            openBytes -= node.bytes.count
        }
        stage = .done
    }

    /// A block inside of the CID of a link of `parent`; the node when it has links itself.
    private mutating func takeInline(
        _ parent: OpenNode, _ range: Range<Int>, isNode: Bool, size: UInt64
    ) throws(StreamFault) -> OpenNode? {
        guard isNode || UInt64(range.count) == size else {
            throw StreamFault(.wrongSize, parent.cid, "sizeMismatch")
        }
        guard range.count <= room else { throw StreamFault(.tooLarge, parent.cid, "heldBytes") }
        guard isNode else {
            appendFile(parent.bytes, range)
            return nil
        }
        let block = Array(parent.bytes, range)
        var node = NodeReader(length: block.count, ownLimit: size)
        var position = 0
        while position < block.count {
            appendFile(block, node.take(block, &position, block.count))
        }
        try finish(&node, size: size, in: parent.cid)
        return try opened(node, parent.cid, depth: parent.depth + 1)
    }
}
