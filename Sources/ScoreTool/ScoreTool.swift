/// The part of the command-line tool that deals with models: score them as the machine does, explain
/// where fixed point costs accuracy, and pack files of the usual formats into blobs.
///
/// Scoring goes through the very code that pays; everything around it may use the full language.
public enum ScoreTool {
    /// The largest file that is read: far above any blob or any source of one.
    static let fileLimit = 1 << 30
}
