import Testing

@testable import ABI

@Suite struct EIP712Tests {
    private func member(_ type: String, _ name: String) -> TypedStruct.Member {
        TypedStruct.Member(type: Array(type.utf8), name: Array(name.utf8))
    }

    private func declared(_ name: String, _ members: TypedStruct.Member...) -> TypedStruct {
        TypedStruct(name: Array(name.utf8), members: members)
    }

    private func mail() throws -> TypedDataTypes {
        try TypedDataTypes([
            declared(
                "Mail", member("Person", "from"), member("Person", "to"),
                member("string", "contents")),
            declared("Person", member("string", "name"), member("address", "wallet")),
        ])
    }

    private func person(_ name: String, _ wallet: String) throws -> TypedDataValue {
        let address = try #require(Address(hex: wallet))
        return .structure([.elementary(.string(name)), .elementary(.address(address))])
    }

    /// The example of the standard, from its Example.sol.
    @Test func hashesTheExampleOfTheStandard() throws {
        let types = try mail()
        #expect(
            String(decoding: types.encodeType(0), as: UTF8.self)
                == "Mail(Person from,Person to,string contents)Person(string name,address wallet)")
        let message = try types.hash(
            [
                person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
                person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"),
                .elementary(.string("Hello, Bob!")),
            ], of: 0)
        let domain = EIP712Domain(
            name: "Ether Mail", version: "1", chainID: .one,
            verifyingContract: Address(hex: "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"))
        #expect(
            Hex.string(domain.separator.bytes)
                == "0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f")
        #expect(
            Hex.string(EIP712Domain.digest(separator: domain.separator, message: message).bytes)
                == "0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2")
    }

    /// Every subset of the five members, against the general hasher.
    @Test func aDomainIsTypedData() throws {
        let address = try #require(Address(hex: "0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"))
        let salt = Keccak256.hash([1])
        let all: [(String, String, TypedDataValue)] = [
            ("string", "name", .elementary(.string("n"))),
            ("string", "version", .elementary(.string("v"))),
            ("uint256", "chainId", .elementary(.uint(5))),
            ("address", "verifyingContract", .elementary(.address(address))),
            ("bytes32", "salt", .elementary(.bytes32(salt))),
        ]
        for subset in 0..<32 {
            let chosen = all.indices.filter { subset >> $0 & 1 == 1 }
            let types = try TypedDataTypes([
                TypedStruct(
                    name: Array("EIP712Domain".utf8),
                    members: chosen.map { member(all[$0].0, all[$0].1) })
            ])
            let domain = EIP712Domain(
                name: chosen.contains(0) ? "n" : nil, version: chosen.contains(1) ? "v" : nil,
                chainID: chosen.contains(2) ? UInt256(5 as UInt64) : nil,
                verifyingContract: chosen.contains(3) ? address : nil,
                salt: chosen.contains(4) ? salt : nil)
            #expect(try domain.separator == types.hash(chosen.map { all[$0].2 }, of: 0))
        }
    }

    @Test func referredStructsAreSortedByTheirBytes() throws {
        let types = try TypedDataTypes([
            declared("Z", member("b[]", "x"), member("B", "y"), member("Z[2]", "z")),
            declared("b", member("A", "x")), declared("B"), declared("A", member("int8", "x")),
            declared("Unused", member("Z", "x")),
        ])
        #expect(
            String(decoding: types.encodeType(0), as: UTF8.self)
                == "Z(b[] x,B y,Z[2] z)A(int8 x)B()b(A x)")
    }

    @Test func refusesValuesThatAreNotOfTheirType() throws {
        let types = try mail()
        let cow = try person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826")
        let text = TypedDataValue.elementary(.string(""))
        for members in [
            [], [cow, cow], [cow, cow, .elementary(.bytes([]))], [cow, text, text],
            [cow, cow, .absent], [cow, .array([]), text], [cow, .structure([]), text],
            [cow, cow, text, text],
        ] as [[TypedDataValue]] {
            #expect(throws: TypedDataError.typeMismatch) { try types.hash(members, of: 0) }
        }
        #expect(throws: TypedDataError.typeMismatch) { try types.hash([cow, cow, text], of: 9) }
        #expect(throws: Never.self) { try types.hash([cow, .absent, text], of: 0) }
        let sized = try TypedDataTypes([declared("A", member("uint8[2]", "x"))])
        let one = TypedDataValue.elementary(.uint(1))
        #expect(throws: TypedDataError.typeMismatch) { try sized.hash([.array([one])], of: 0) }
        #expect(throws: TypedDataError.typeMismatch) {
            try sized.hash([.array([one, .elementary(.uint(256))])], of: 0)
        }
        #expect(throws: Never.self) { try sized.hash([.array([one, one])], of: 0) }
    }

    @Test func depthAndTextAreLimited() throws {
        let list = try TypedDataTypes([declared("L", member("L", "next"))])
        var value = TypedDataValue.absent
        for _ in 0..<62 { value = .structure([value]) }
        #expect(throws: Never.self) { try list.hash([value], of: 0) }
        for _ in 0..<2 { value = .structure([value]) }
        #expect(throws: TypedDataError.tooDeep) { try list.hash([value], of: 0) }
        #expect(throws: TypedDataError.tooLarge) {
            try TypedDataTypes((0..<257).map { declared("S\($0)") })
        }
        let long = String(repeating: "x", count: 65_536)
        #expect(throws: TypedDataError.tooLarge) {
            try TypedDataTypes([declared("A", member("bool", long))])
        }
        let deep = "bool" + String(repeating: "[]", count: 17)
        #expect(throws: TypedDataError.tooDeep) {
            try TypedDataTypes([declared("A", member(deep, "x"))])
        }
    }
}
