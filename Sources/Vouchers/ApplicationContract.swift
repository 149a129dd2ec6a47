import ABI

/// The functions of the application contract that take an output and its proof. Anyone may call
/// them, once the claim of an epoch that ends at or after the output is accepted.
public enum ApplicationContract {
    private static let output = ABIParameter("output", .bytes)
    private static let proof = ABIParameter(
        "proof",
        .tuple([
            ABIParameter("outputIndex", .uint64),
            ABIParameter("outputHashesSiblings", .array(.bytes32)),
        ]))

    /// `executeOutput(bytes,(uint64,bytes32[]))`: makes the call that a voucher stands for.
    public static let executeOutput = ABIFunction("executeOutput", output, proof)
    /// `validateOutput(bytes,(uint64,bytes32[]))`: reverts when the output was never made.
    public static let validateOutput = ABIFunction("validateOutput", output, proof)

    /// The calldata of `function`, one of the two above, for an encoded output.
    public static func call(
        _ function: ABIFunction, output: [UInt8], proof: OutputsProof
    ) throws(ABIError) -> [UInt8] {
        var siblings: [ABIValue] = []
        for sibling in proof.siblings { siblings.append(.bytes32(sibling)) }
        return try function.encode([
            .bytes(output), .tuple([.uint(proof.index), .array(siblings)]),
        ])
    }

    /// What the contract does with an encoded output, by its selector.
    public enum Treatment: Equatable, Sendable {
        case call
        case delegateCall
        /// `validateOutput` alone takes it.
        case notExecutable
    }

    /// How the contract treats `output`.
    public static func treatment(of output: [UInt8]) -> Treatment {
        switch ABIFunction.selector(of: output) {
        case Output.voucherFunction.selector: return .call
        case Output.delegateCallVoucherFunction.selector: return .delegateCall
        default: return .notExecutable
        }
    }
}
