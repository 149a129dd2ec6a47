import ABI

extension Commitment {
    /// The hash that commits `client` to a model:
    /// `keccak256("DeML/commit/2" ‖ chainId:32 ‖ app:20 ‖ jobId:32 ‖ round:4 ‖ client:20 ‖
    /// sha256(client:20 ‖ model blob):32 ‖ salt:32)`, numbers big-endian.
    ///
    /// The client is inside, so that a copied commitment cannot be opened by who copied it; and
    /// before the bytes, so that none can be made from a CID by who has not seen the bytes. Chain,
    /// application, job and round are, so that none is worth anything elsewhere.
    public static func hash(
        chainID: UInt64, application: Address, job: UInt64, round: UInt32, client: Address,
        boundDigest: Bytes32, salt: Bytes32
    ) -> Bytes32 {
        var bytes = start("DeML/commit/2", chainID, application)
        UInt256(job).bytes32.append(to: &bytes)
        append(round, to: &bytes)
        client.append(to: &bytes)
        boundDigest.append(to: &bytes)
        salt.append(to: &bytes)
        return Keccak256.hash(bytes)
    }

    /// The hash by which a sponsor commits to the evaluation data of a round, in the terms:
    /// `keccak256("DeML/data/1" ‖ chainId:32 ‖ app:20 ‖ sponsor:20 ‖ jobSalt:32 ‖ round:4 ‖
    /// salt:32 ‖ sha256(data blob):32)`, numbers big-endian.
    ///
    /// The job has no number yet when it is computed; the job's salt stands for it.
    public static func dataHash(
        chainID: UInt64, application: Address, sponsor: Address, jobSalt: Bytes32, round: UInt32,
        salt: Bytes32, dataDigest: Bytes32
    ) -> Bytes32 {
        var bytes = start("DeML/data/1", chainID, application)
        sponsor.append(to: &bytes)
        jobSalt.append(to: &bytes)
        append(round, to: &bytes)
        salt.append(to: &bytes)
        dataDigest.append(to: &bytes)
        return Keccak256.hash(bytes)
    }

    private static func start(
        _ name: String, _ chainID: UInt64, _ application: Address
    ) -> [UInt8] {
        Array(name.utf8) + UInt256(chainID).bytes32.bytes + application.bytes
    }

    private static func append(_ round: UInt32, to bytes: inout [UInt8]) {
        for shift in stride(from: UInt32(24), through: 0, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: round >> shift))
        }
    }
}
