/// Why a stream is not the file that it was announced as. The file is dropped.
public struct StreamFault: Error, Equatable, Sendable {
    /// What kind of fault it is; its raw value is the stable name.
    public enum Code: String, Sendable {
        /// Another block than the one that is due, or bytes that do not hash to their CID.
        case wrongBlock
        /// The file, a node or a leaf has not the size that is declared for it.
        case wrongSize
        /// A block above two MiB, or more held than `FileStream.bound`.
        case tooLarge
        /// More nodes above each other than `FileStream.depthLimit`.
        case tooDeep
        /// A block that is no strict node of a file.
        case malformedBlock
        /// No strict CAR file of version 1, bytes behind the last block, or too few blocks.
        case malformedStream
    }

    public let code: Code
    /// The canonical CID of the block or file, a colon and the reason: `bafy…: namedLink`.
    public let at: String

    init(_ code: Code, _ cid: CID, _ reason: String) {
        self.init(code: code, at: "\(cid.text): \(reason)")
    }

    init(code: Code, at: String) {
        self.code = code
        self.at = at
    }
}
