import Content

/// How a file is cut into blocks: the same file has another CID under another profile.
///
/// Source of the two named profiles: IPIP-499, https://specs.ipfs.tech/ipips/ipip-0499/.
public struct FileProfile: Equatable, Sendable {
    public let version: CID.Version
    /// Bytes of a leaf.
    public let chunkSize: Int
    /// Links of a node.
    public let width: Int

    /// Nil when a leaf would be empty or larger than a block, or a node have no two links, or more
    /// than a reader takes.
    public init?(version: CID.Version, chunkSize: Int, width: Int) {
        guard chunkSize >= 1, chunkSize <= FileProfile.chunkLimit, width >= 2,
            width <= FileProfile.widthLimit
        else { return nil }
        self.init(unchecked: version, chunkSize: chunkSize, width: width)
    }

    private init(unchecked version: CID.Version, chunkSize: Int, width: Int) {
        self.version = version
        self.chunkSize = chunkSize
        self.width = width
    }

    /// A link and its block size take at most 64 bytes of a node, which has at most two MiB.
    public static var widthLimit: Int { Block.sizeLimit / 64 }
    /// A block is at most two MiB, and a dag-pb leaf has a frame around its bytes.
    public static var chunkLimit: Int { Block.sizeLimit - 256 }

    /// The default of Kubo until today: version 0, 256 KiB, 174 links, dag-pb leaves.
    public static var unixfsV0_2015: FileProfile {
        FileProfile(unchecked: .v0, chunkSize: 262_144, width: 174)
    }

    /// Version 1, 1 MiB, 1,024 links, raw leaves.
    public static var unixfsV1_2025: FileProfile {
        FileProfile(unchecked: .v1, chunkSize: 1_048_576, width: 1_024)
    }

    /// Raw leaves belong to version 1: a version 0 CID is always that of a dag-pb block.
    public var hasRawLeaves: Bool { version == .v1 }
}
