/// Files of the formats that people use, and DML-1: packing them into blobs, and saying what a blob
/// scores and where fixed point costs it accuracy.
///
/// Scoring goes through the very code that pays; everything around it may use the full language.
package enum Interchange {
    /// The largest file that is read: far above any blob or any source of one.
    static let fileLimit = 1 << 30
}
