/// A network with the memory to run one batch through it again and again, for measurements.
///
/// A class, because Embedded Swift keeps the end of a value that cannot be copied in its own module.
package final class PassWorkspace {
    private let pass: ForwardPass
    private let buffers: ActivationBuffers

    /// Room for up to `samples` samples. The model must belong to the architecture.
    package init(architecture: Architecture, model: Model, samples: Int) {
        pass = ForwardPass(architecture: architecture, model: model)
        buffers = ActivationBuffers(architecture: architecture, samples: samples)
    }

    /// Samples of a batch.
    package var batch: Int { buffers.batch }

    /// Where the batch's inputs lie: `batch · features` values.
    package var inputs: UnsafeMutablePointer<Int32> { buffers.buffer(0) }

    /// Decodes the first batch of `data`, which must have that many samples and fit the network.
    package func decode(_ data: Dataset) {
        data.decode(first: 0, count: batch, into: inputs)
    }

    /// Takes the batch through all layers and gives the first result. Inputs are overwritten.
    package func propagate() -> Int32 {
        pass.propagate(batch, in: buffers).pointee
    }
}
