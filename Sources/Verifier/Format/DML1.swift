/// DML-1: a neural network evaluated in fixed point, so that everybody gets the same bits.
///
/// # What it is
/// An `Architecture` says which layers a network has, a `Model` holds its parameters, a `Dataset`
/// holds the samples that it is judged on, and an `Evaluation` turns the three into `Metrics`. All
/// of it is integer arithmetic with one written rounding rule per operation; no float takes part.
///
/// # Numbers
/// A value is a signed Q16.16 in an `Int32`: the raw number r means r/65536. Losses and
/// probabilities are Q30: 2^30 means 1. Whatever lies between is `Int64`. `>>` floors.
///
/// # Why any kernel gives the same bits
/// Dense and Conv2D sum their products exactly in 64 bits and round once. A model is refused when
/// one of its rows could make that sum overflow (`Σ|w| > 2^32 − 2^17`), so the sum is a plain
/// integer sum: order, tiling and batching cannot change it.
///
/// # Trust
/// The three blob parsers are total: they take any bytes and either give a validated value or
/// throw one `VerifierError`. What follows them works on validated values and cannot fail.
public enum DML1 {
    /// The version byte of all three blob formats.
    public static let version: UInt8 = 1
    /// Layers of an architecture, at most; at least one.
    public static let layerLimit = 64
    /// Elements of the input and of the output of each layer, at most.
    public static let elementLimit = 1 << 17
    /// Parameters of a model, at most.
    public static let parameterLimit = 262_144
    /// Classes of a softmax head, at most; at least two. Labels are 16 bits wide.
    public static let classLimit = 65_536
    /// Samples of a data set, at most; at least one.
    public static let sampleLimit = 1 << 20
    /// samples·features and samples·targetWidth of a data set, at most.
    public static let datasetElementLimit = 1 << 24
    /// Work of one sample, at most, so that a step of an input's budget holds at least one.
    public static let workPerSampleLimit: UInt64 = 100_000_000
    /// The largest Σ|w| (raw) of a row that a model may have.
    ///
    /// |x| ≤ 2^31, so |Σ w·x| ≤ 2^63 − 2^48. The bias adds less than 2^47 + 1 and the rounding
    /// 2^15, which stays below 2^63.
    public static let rowLimit: Int64 = (1 << 32) - (1 << 17)
    /// The loss of one sample is cut off here: 16.0 in Q30.
    public static let lossLimit: UInt64 = 1 << 34
    /// Work of loading a model, per parameter.
    public static let loadWorkPerParameter: UInt64 = 16
    /// Work of sorting and counting one score for the AUC of two classes.
    public static let rankingWorkPerSample: UInt64 = 4
    /// Smallest exponent of a tensor or of a data set.
    public static let exponentMinimum: Int8 = -31
    /// Largest exponent of a tensor or of a data set.
    public static let exponentMaximum: Int8 = 15
    /// Bytes before the exponents of a weights blob, and before the samples of a data blob.
    static let headerSize = 32
}
