/// Why blocks are no file that DeML accepts.
public enum DagError: Error, Equatable, Sendable {
    /// A CID in the DAG is neither raw nor dag-pb.
    case unsupportedCodec(UInt64)
    /// A block is larger than two MiB.
    case blockTooLarge(bytes: Int)
    /// The block is not strict dag-pb; where it stops being.
    case malformedNode(offset: Int)
    /// The hash of a link is no CID that DeML accepts.
    case invalidLink(CIDError)
    /// The data of the node are not a strict UnixFS message; where they stop being.
    case malformedFile(offset: Int)
    /// The node is a directory, a shard, a symbolic link or another thing that is no file; its type.
    case notAFile(type: UInt64)
    /// A link of a file has a name.
    case namedLink
    /// Links and block sizes do not pair up.
    case linkCountMismatch(links: Int, sizes: Int)
    /// A declared size is not that of the bytes, or not the sum of its parts.
    case sizeMismatch(declared: UInt64, found: UInt64)
    /// The file, or the stream that carries it, is larger than what it is for.
    case tooLarge(declared: UInt64, limit: UInt64)
    case tooDeep
    /// Blocks that are not at hand: the first eight in the order of the file.
    case missing([CID])

    /// The stable name of the reason.
    public var code: String {
        switch self {
        case .unsupportedCodec: return "unsupportedCodec"
        case .blockTooLarge: return "blockTooLarge"
        case .malformedNode: return "malformedNode"
        case .invalidLink: return "invalidLink"
        case .malformedFile: return "malformedFile"
        case .notAFile: return "notAFile"
        case .namedLink: return "namedLink"
        case .linkCountMismatch: return "linkCountMismatch"
        case .sizeMismatch: return "sizeMismatch"
        case .tooLarge: return "tooLarge"
        case .tooDeep: return "tooDeep"
        case .missing: return "missing"
        }
    }
}
