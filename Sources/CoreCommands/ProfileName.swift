import Archive
import Content

/// How a file becomes blocks, by the names of IPIP-499; raw is one block, whatever the size.
public enum ProfileName: String, CaseIterable, Sendable {
    case raw
    case unixfsV0_2015 = "unixfs-v0-2015"
    case unixfsV1_2025 = "unixfs-v1-2025"

    /// The blocks of `file`, the root last.
    public func blocks(of file: [UInt8]) -> [Block] {
        switch self {
        case .raw: return [FileEncoder.raw(file)]
        case .unixfsV0_2015: return FileEncoder.blocks(of: file, profile: .unixfsV0_2015)
        case .unixfsV1_2025: return FileEncoder.blocks(of: file, profile: .unixfsV1_2025)
        }
    }

    /// The root of `file`.
    public func cid(of file: [UInt8]) -> CID {
        blocks(of: file).last?.cid ?? .raw(file)
    }
}
