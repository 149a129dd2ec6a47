/// What a transaction costs before anything runs.
///
/// Sources: Ethereum yellow paper, appendix G; EIP-2028 (bytes of calldata); EIP-2930 (access lists).
enum IntrinsicGas {
    static let base: UInt64 = 21_000
    static let zeroByte: UInt64 = 4
    static let otherByte: UInt64 = 16
    static let listedAddress: UInt64 = 2_400
    static let listedKey: UInt64 = 1_900

    /// Far below 2^64: calldata and list are as long as a request at most.
    static func of(_ calldata: [UInt8], _ accessList: [AccessListEntry] = []) -> UInt64 {
        var gas = base
        for byte in calldata { gas += byte == 0 ? zeroByte : otherByte }
        for entry in accessList {
            gas += listedAddress + listedKey * UInt64(entry.storageKeys.count)
        }
        return gas
    }
}
