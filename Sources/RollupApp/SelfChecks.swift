import ABI
import Content
import Machine
import Rollup
import Verifier
import Vouchers

/// What `--self-test` checks: that this build, with the libraries it is linked to and the machine it
/// runs on, computes the numbers that everybody else computes.
enum SelfChecks {
    /// Runs all checks and prints a line for each; whether all passed.
    static func run() -> Bool {
        var passed = true
        for check in SelfTest.Check.allCases {
            let agrees = SelfTest.digest(of: check) == SelfTest.expected(check)
            passed = report(check.name, agrees) && passed
        }
        passed = report("sha256", sha256) && passed
        passed = report("keccak256", keccak256) && passed
        passed = report("uint256", uint256) && passed
        passed = report("outputsTree", outputsTree) && passed
        passed = report("recovery", recovery) && passed
        return passed
    }

    private static func report(_ name: String, _ passed: Bool) -> Bool {
        MachineProcess.log("self-test \(name): \(passed ? "ok" : "FAILED")")
        return passed
    }

    /// FIPS 180-4's "abc", and a thousand bytes.
    private static var sha256: Bool {
        let long = (0..<1_000).map { UInt8(truncatingIfNeeded: $0 % 251) }
        return equals(
            SHA256.hash(Array("abc".utf8)),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
            && equals(
                SHA256.hash(long),
                "4e4c294b331f7a2099a379bec34b9f9fc03dc46ab465d998f4d683da53487e6d")
    }

    /// Of nothing: the code hash of an Ethereum account without code.
    private static var keccak256: Bool {
        equals(
            Keccak256.hash([]), "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470")
    }

    /// ⌊(2^255 − 19)·(2^200 + 7) ÷ (2^201 + 12345)⌋ through a 512-bit product, and its
    /// overflow.
    private static var uint256: Bool {
        guard
            let a = power(255)?.subtracting(UInt256(UInt64(19))),
            let b = power(200)?.adding(UInt256(UInt64(7))),
            let c = power(201)?.adding(UInt256(UInt64(12_345))),
            let result = a.multiplied(by: b, dividedBy: c)
        else { return false }
        return equals(
            result.bytes32, "3ffffffffffffffffffffffffffffffffffffffffffffff9fa9ffffffffffff6")
            && a.multiplied(by: b) == nil
    }

    /// The root of the tree without outputs, and of one with three leaves.
    private static var outputsTree: Bool {
        var tree = OutputsTree()
        let empty = tree.root
        for text in ["Cartesi", "Merkle", "Tree"] {
            tree.append(leaf: Keccak256.hash(Array(text.utf8)))
        }
        return equals(empty, "0a162946e56158bac0673e6dd3bdfdc1e4a0e7744a120fdb640050c8d7abe1c6")
            && equals(
                tree.root, "45a6fd6845c17fe0217ff0fd9b2c021f2f2ee39ee1997df31f2d4c817d3d1bf7")
    }

    /// The account of the secret key 1, from a signature of the digest of nothing.
    private static var recovery: Bool {
        let digits = Array(
            ("28b1ecfd347ab0a2bb8455e82a10382ceda2e637e4c11566cd69fd185be84b07"
                + "3a4c0b2d5c25f6a7aa891b24af9a1e0ffbce7faa826dc9c01db8151fa20effa0"
                + "1b").utf8)
        guard let bytes = Hex.decode(digits) else { return false }
        do throws(RecoveryError) {
            let signer = try RecoverableSignature(bytes).signer(of: Keccak256.hash([]))
            return signer == Address(hex: "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf")
        } catch {
            return false
        }
    }

    private static func power(_ exponent: Int) -> UInt256? {
        var result = UInt256.one
        for _ in 0..<exponent {
            guard let doubled = result.adding(result) else { return nil }
            result = doubled
        }
        return result
    }

    private static func equals(_ value: Bytes32, _ hexadecimal: String) -> Bool {
        var digits: [UInt8] = []
        Hex.append(value.bytes, to: &digits)
        return digits == Array(hexadecimal.utf8)
    }
}
