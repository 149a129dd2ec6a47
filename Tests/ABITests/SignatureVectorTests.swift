import Foundation
import TestSupport
import Testing

@testable import ABI

private func bytes(_ value: Any?) throws -> [UInt8] {
    let text = try #require(value as? String)
    return try #require(Hex.decode(Array(text.utf8)))
}

private func word(_ value: Any?) throws -> Bytes32 {
    // Numbers may lack leading zeros.
    let text = (try #require(value as? String)).drop { $0 == "0" }
    let digits = text.hasPrefix("x") ? String(text.dropFirst()) : String(text)
    let padded = String(repeating: "0", count: max(0, 64 - digits.count)) + digits
    return try #require(Bytes32(try bytes(padded)))
}

@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct SignatureVectorTests {
    private func rows(_ file: String) throws -> [[String: Any]] {
        try #require(try Places.vector("secp256k1/\(file).json") as? [[String: Any]])
    }

    @Test func ecrecoverPrecompile() throws {
        let rows = try rows("ecrecover_precompile")
        var (recovered, refused, highS, bareV) = (0, 0, 0, 0)
        for row in rows {
            let v = UInt256(try word(row["v"])).asUInt64.flatMap { UInt8(exactly: $0) }
            let address = (row["address"] as? String).flatMap { Address(hex: $0) }
            let found = try attempt {
                // A word that is no byte is no v.
                guard let v else { throw RecoveryError.invalidV(.max) }
                return try RecoverableSignature(r: word(row["r"]), s: word(row["s"]), v: v)
                    .signer(of: word(row["hash"]))
            }
            switch (found, v) {
            case (.success(let signer), 0), (.success(let signer), 1):
                // The precompile knows 27 and 28 only.
                #expect(address == nil && signer != .zero)
                bareV += 1
            case (.success(let signer), _):
                #expect(signer == address, "\(row)")
                recovered += 1
            case (.failure(.highS), _) where address != nil:
                // The precompile is older than the rule of the low s.
                highS += 1
            case (.failure, _):
                #expect(address == nil, "\(row)")
                refused += 1
            }
        }
        print(
            "secp256k1/ecrecover_precompile.json: \(recovered) recovered, \(refused) refused, "
                + "\(highS) refused here only (high s), \(bareV) recovered here only (v 0 or 1), "
                + "of \(rows.count)")
        #expect(recovered + refused + highS + bareV == rows.count)
    }

    private func attempt(
        _ body: () throws -> Address
    ) throws -> Result<Address, RecoveryError> {
        do {
            return .success(try body())
        } catch let error as RecoveryError {
            return .failure(error)
        }
    }

    @Test func transactions() throws {
        let rows = try rows("transactions")
        var (recovered, refused, highS, without) = (0, 0, 0, 0)
        for row in rows {
            guard let v = (row["recid_v"] as? Int).flatMap({ UInt8(exactly: $0) }),
                let hash = try? word(row["sighash"]), let r = try? word(row["r"]),
                let s = try? word(row["s"])
            else {
                // No number of 32 bytes, so it cannot even be written down as a signature.
                #expect(row["sender"] is NSNull || row["sender"] == nil)
                without += 1
                continue
            }
            let address = (row["recovered"] as? String).flatMap { Address(hex: $0) }
            let found = try attempt { try RecoverableSignature(r: r, s: s, v: v).signer(of: hash) }
            switch found {
            case .success(let signer):
                #expect(signer == address, "\(row)")
                recovered += 1
            case .failure(.highS):
                #expect(row["sender"] is NSNull, "\(row)")
                highS += 1
            case .failure:
                #expect(address == nil, "\(row)")
                refused += 1
            }
        }
        print(
            "secp256k1/transactions.json: \(recovered) recovered, \(refused) refused, \(highS) high "
                + "s, \(without) not representable, of \(rows.count)")
    }

    @Test func recoveryEdges() throws {
        let rows = try rows("libsecp256k1_recovery")
        let signer = try #require(TestSigner())
        var (applied, others, highS) = (0, 0, 0)
        for row in rows {
            let id = try #require(row["recid"] as? Int)
            let scalars = try bytes(row["sig64"])
            let found = try attempt {
                try RecoverableSignature(scalars + [UInt8(id)]).signer(of: word(row["msg32"]))
            }
            if id > 1 {
                // Abscissas above the order, which Ethereum does not use.
                #expect(found == .failure(.invalidV(UInt8(id))))
                others += 1
            } else if found == .failure(.highS) {
                highS += 1
            } else if row["recovers"] as? Bool == true {
                let expected = signer.address(ofPoint: try bytes(row["pubkey"]))
                #expect(try found.get() == expected)
                applied += 1
            } else {
                #expect((try? found.get()) == nil)
                applied += 1
            }
        }
        print(
            "secp256k1/libsecp256k1_recovery.json: \(applied) of \(rows.count), \(others) with a "
                + "recovery id of 2 or 3, \(highS) with a high s, refused")
    }

    @Test func keysAndAddresses() throws {
        let signer = try #require(TestSigner())
        let accounts = try rows("accounts")
        for (index, row) in accounts.enumerated() {
            let digest = Keccak256.hash([UInt8(truncatingIfNeeded: index)])
            let signature = try #require(
                signer.sign(digest, key: try word(row["privateKey"]).bytes))
            let address = try RecoverableSignature(signature).signer(of: digest)
            #expect(address.checksummed == row["address"] as? String)
        }
        print("secp256k1/accounts.json: \(accounts.count) of \(accounts.count)")
        let seeds = try rows("ethereum-tests/keyaddrtest")
        for row in seeds {
            let address = Address(try bytes(row["addr"]))
            #expect(signer.address(ofKey: try bytes(row["key"])) == address)
        }
        print(
            "secp256k1/ethereum-tests/keyaddrtest.json: \(seeds.count) of \(seeds.count) addresses; the "
                + "signatures are of a digest that the file does not give")
    }

    @Test func nobleSignatures() throws {
        let file = try #require(
            try Places.vector("secp256k1/noble_ecdsa.json") as? [String: Any])
        let valid = try #require(file["valid"] as? [[String: Any]])
        let signer = try #require(TestSigner())
        for row in valid {
            let (digest, scalars) = (try word(row["m"]), try bytes(row["signature"]))
            let address = signer.address(ofKey: try bytes(row["d"]))
            #expect(address != nil && candidates(scalars, digest).contains { $0 == address })
        }
        let invalid = try #require(
            (file["invalid"] as? [String: Any])?["verify"] as? [[String: Any]])
        for row in invalid {
            let (digest, scalars) = (try word(row["m"]), try bytes(row["signature"]))
            let address = signer.address(ofPoint: try bytes(row["Q"]))
            #expect(address == nil || !candidates(scalars, digest).contains { $0 == address })
        }
        print(
            "secp256k1/noble_ecdsa.json: \(valid.count) valid, \(invalid.count) invalid; 4 rows about "
                + "signing do not apply")
    }

    /// The signers that (r, s) has with either v.
    private func candidates(_ scalars: [UInt8], _ digest: Bytes32) -> [Address] {
        [UInt8(0), 1].compactMap { try? RecoverableSignature(scalars + [$0]).signer(of: digest) }
    }

    @Test(arguments: ["p1363", "bitcoin", ""]) func wycheproof(kind: String) throws {
        let name = kind.isEmpty ? "" : "_" + kind
        let path = "secp256k1/wycheproof/ecdsa_secp256k1_sha256\(name)_test.json"
        let file = try #require(try Places.vector(path) as? [String: Any])
        let signer = try #require(TestSigner())
        var (verified, refused, highS, highR) = (0, 0, 0, 0)
        for group in try #require(file["testGroups"] as? [[String: Any]]) {
            let key = try #require(group["publicKey"] as? [String: Any])
            let address = signer.address(ofPoint: try bytes(key["uncompressed"]))
            for test in try #require(group["tests"] as? [[String: Any]]) {
                let digest = try #require(sha256(try bytes(test["msg"])))
                let signature = try bytes(test["sig"])
                let scalars = kind == "p1363" ? signature : derScalars(signature)
                let isOurs =
                    address != nil
                    && candidates(scalars ?? [], digest).contains { $0 == address }
                let isHigh =
                    scalars.flatMap { Bytes32($0, at: 32) }.map {
                        $0 > RecoverableSignature.halfOrder
                    } ?? false
                switch test["result"] as? String {
                case "valid" where isHigh:
                    #expect(!isOurs)
                    highS += 1
                case "valid" where test["comment"] as? String == "k*G has a large x-coordinate":
                    // An abscissa above the order takes a recovery id of 2 or 3.
                    #expect(!isOurs)
                    highR += 1
                case "valid":
                    #expect(isOurs, "\(test)")
                    verified += 1
                default:
                    #expect(!isOurs, "\(test)")
                    refused += 1
                }
            }
        }
        #expect(verified > 50)
        print(
            "\(path): \(verified) verified, \(refused) refused, \(highS) valid elsewhere but with a "
                + "high s, \(highR) with an abscissa above the order, of \(file["numberOfTests"] ?? 0)"
        )
    }

    /// r ‖ s of `SEQUENCE { INTEGER r, INTEGER s }` in DER; nil for anything else.
    private func derScalars(_ der: [UInt8]) -> [UInt8]? {
        guard der.count >= 2, der[0] == 0x30, Int(der[1]) == der.count - 2, der[1] < 0x80 else {
            return nil
        }
        var result: [UInt8] = []
        var rest = der[2...]
        for _ in 0..<2 {
            guard rest.count >= 3, rest.removeFirst() == 0x02 else { return nil }
            let length = Int(rest.removeFirst())
            guard length > 0, length <= rest.count else { return nil }
            var digits = Array(rest.prefix(length))
            rest = rest.dropFirst(length)
            guard digits[0] < 0x80 else { return nil }
            if digits.count > 1, digits[0] == 0 {
                guard digits[1] >= 0x80 else { return nil }
                digits.removeFirst()
            }
            guard digits.count <= 32 else { return nil }
            result += [UInt8](repeating: 0, count: 32 - digits.count) + digits
        }
        return rest.isEmpty ? result : nil
    }
}
