extension CARStream {
    /// The size that a dag-pb node declares for its file, in bytes: what `FileStream` holds it to.
    public static func fileSize(of root: [UInt8]) throws(DagError) -> UInt64 {
        try NodeReader.read(root).reader.size
    }
}
