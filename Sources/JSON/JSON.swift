/// JSON as the rollup server, the fixtures and the inspect answers use it (RFC 8259).
///
/// `JSONWriter` puts commas, escapes and quotes where they belong, so that what it writes is always
/// valid. `JSONReader` pulls values out of bytes that nobody vouches for: it is strict, bounded in
/// depth and members, and never traps.
public enum JSON {
    /// Containers that may be open at once: the bits of one word hold their kinds.
    public static var depthLimit: Int { 64 }
    /// Members of one object whose names are compared for repetition.
    public static var memberLimit: Int { 256 }
}
