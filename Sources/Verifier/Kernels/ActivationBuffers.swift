/// The memory in which a batch flows from layer to layer, freed when the value ends.
///
/// Two buffers take turns as input and output. At most 12 MiB, and a little over 4 MiB for the kernels'
/// columns.
struct ActivationBuffers: ~Copyable {
    /// Values that the two batch buffers hold at most, together: 12 MiB.
    private static let elementBudget = 3 << 20
    /// A multiple of the 4 columns of the register tile; more samples gain little.
    private static let batchLimit = 24

    private let memory: UnsafeMutablePointer<Int32>
    private let elements: Int
    /// Where the kernels let columns alternate: 4 · rowLength values of the widest layer.
    let scratch: UnsafeMutablePointer<Int32>
    /// Samples that fit.
    let batch: Int

    /// Room for up to `samples` samples of `architecture`, and for at least one.
    init(architecture: Architecture, samples: Int) {
        // Every width is at most 2^17, so at least 12 samples fit.
        let widest = architecture.widestElements
        let fitting = ActivationBuffers.elementBudget / 2 / widest
        batch = max(1, min(samples, min(fitting, ActivationBuffers.batchLimit)))
        elements = batch &* widest
        // A row is at most 2^18 parameters.
        var columns = 0
        for stage in architecture.stages {
            columns = max(columns, RegisterTile.side &* stage.rowLength)
        }
        memory = UnsafeMutablePointer.allocate(capacity: 2 &* elements &+ columns)
        memory.initialize(repeating: 0, count: 2 &* elements &+ columns)
        scratch = memory + 2 &* elements
    }

    deinit {
        memory.deallocate()
    }

    /// The first or the second buffer.
    func buffer(_ index: Int) -> UnsafeMutablePointer<Int32> {
        index == 0 ? memory : memory + elements
    }
}
