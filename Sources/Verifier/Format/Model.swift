import ABI

/// The parameters of a network, ready to compute with.
///
/// A value of this type has passed the load proof for its architecture: no sum of products that
/// the layers form can overflow, whatever the inputs are.
public struct Model: Equatable, Sendable {
    /// Raw Q16.16 in architecture order: per layer the weights, row-major, then the bias.
    public let parameters: [Int32]
    /// The architecture that the parameters belong to.
    public let architectureID: Bytes32

    /// Takes parameters that are already raw Q16.16.
    ///
    /// - Throws: `weightsLength` (counted in bytes of i32) when their number is wrong, `rowOverflow`
    ///   when the load proof fails.
    public init(parameters: [Int32], architecture: Architecture) throws(VerifierError) {
        guard parameters.count == architecture.parameterCount else {
            throw .weightsLength(
                expected: architecture.parameterCount &* 4, found: parameters.count &* 4)
        }
        try Model.proveRows(of: parameters, architecture: architecture)
        self.parameters = parameters
        architectureID = architecture.id
    }

    /// Parses a weights blob, applies exponents and delta, and runs the load proof.
    ///
    /// - Parameters:
    ///   - base: The model that a delta adds to, `sat32(base + delta)`; without one, deltas are
    ///     refused.
    ///   - dtype: The element type that the terms ask for; nil takes any.
    public init(
        parsing blob: [UInt8], architecture: Architecture, base: Model?, dtype: WeightsDType?
    ) throws(VerifierError) {
        let header = try WeightsHeader(parsing: blob, architecture: architecture)
        if let dtype, dtype != header.dtype {
            throw .weightsDType(found: header.dtype.rawValue)
        }
        var parameters = try header.decode(blob, architecture: architecture)
        switch header.kind {
        case .full: break
        case .delta:
            guard let base, base.architectureID == architecture.id else { throw .weightsDelta }
            // Equal architectures have equally many parameters.
            for index in parameters.indices {
                let sum = Int64(base.parameters[index]) &+ Int64(parameters[index])
                parameters[index] = Rounding.saturate(sum)
            }
        }
        try self.init(parameters: parameters, architecture: architecture)
    }

    /// Parses the blob of a base model: full, i32.
    public static func base(
        parsing blob: [UInt8], architecture: Architecture
    ) throws(VerifierError) -> Model {
        try Model(parsing: blob, architecture: architecture, base: nil, dtype: .int32)
    }

    /// The one blob that stands for this model: full, i32, all exponents 0.
    ///
    /// `architecture` must be the one of the model.
    public func canonicalBlob(architecture: Architecture) -> [UInt8] {
        let tensors = architecture.tensors.count
        var blob: [UInt8] = []
        blob.reserveCapacity(architecture.weightsSize(dtype: .int32))
        WeightsHeader(kind: .full, dtype: .int32).append(to: &blob, architecture: architecture)
        for _ in 0..<tensors.paddedToFour {
            blob.append(0)
        }
        for parameter in parameters {
            blob.appendLittleEndian(UInt32(bitPattern: parameter))
        }
        return blob
    }
}
