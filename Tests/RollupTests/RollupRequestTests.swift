import ABI
import JSON
import Marketplace
import Rollup
import TestSupport
import Testing
import Vouchers

@Suite struct RollupRequestTests {
    private static let sender = "0x1111111111111111111111111111111111111111"
    private static let advance =
        #"{"request_type":"advance_state","data":{"metadata":{"chain_id":31337,"#
        + #""app_contract":"0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e","#
        + #""msg_sender":"0x1111111111111111111111111111111111111111","block_number":42,"#
        + #""block_timestamp":1700000000,"prev_randao":"0x00"#
        + #"000000000000000000000000000000000000000000000000000000000000ff","input_index":7},"#
        + #""payload":"0xdeadbeef"}}"#

    private func parse(_ text: String) throws(RequestError) -> RollupRequest {
        try RollupRequest(parsingJSON: Array(text.utf8))
    }

    private func metadata(_ members: String) throws -> Metadata? {
        let request = try parse(
            #"{"request_type":"advance_state","data":{"metadata":{\#(members)},"payload":"0x"}}"#)
        guard case .advance(let input) = request else { return nil }
        return input.metadata
    }

    @Test func readsTheMetadataOfVersion2() throws {
        let expected = Metadata(
            chainID: 31337, appContract: Address(hex: "0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e"),
            messageSender: Address(hex: Self.sender), blockNumber: 42,
            blockTimestamp: 1_700_000_000,
            prevRandao: Bytes32([UInt8](repeating: 0, count: 31) + [0xFF]), inputIndex: 7)
        #expect(expected.appContract != nil && expected.prevRandao != nil)
        #expect(
            try parse(Self.advance)
                == .advance(Input(metadata: expected, payload: [0xDE, 0xAD, 0xBE, 0xEF])))
    }

    @Test func readsAnInspect() throws {
        let text = #"{"request_type":"inspect_state","data":{"payload":"0x6a6f6273"}}"#
        #expect(try parse(text) == .inspect(Array("jobs".utf8)))
    }

    @Test func theOrderOfMembersIsFree() throws {
        let text = #"{"data":{"payload":"0x01"},"request_type":"inspect_state"}"#
        #expect(try parse(text) == .inspect([1]))
    }

    @Test func missingMetadataStaysNil() throws {
        #expect(try metadata("") == Metadata())
        let text = #"{"request_type":"advance_state","data":{"payload":"0x"}}"#
        #expect(try parse(text) == .advance(Input(metadata: Metadata(), payload: [])))
        #expect(
            try metadata(#""chain_id":null,"msg_sender":null,"input_index":3"#)
                == Metadata(inputIndex: 3))
    }

    @Test func readsTheMetadataOfVersion1AsFarAsItGoes() throws {
        let members =
            #""msg_sender":"\#(Self.sender)","epoch_index":0,"input_index":1,"block_number":2,"#
            + #""timestamp":3"#
        #expect(
            try metadata(members)
                == Metadata(
                    messageSender: Address(hex: Self.sender), blockNumber: 2, inputIndex: 1))
    }

    @Test func unknownMembersAreIgnored() throws {
        let text =
            #"{"x":[{"payload":1}],"request_type":"inspect_state","y":{"request_type":"no"},"#
            + #""data":{"z":"\u0041","payload":"0xAb","metadata":{"a":[]}}}"#
        #expect(try parse(text) == .inspect([0xAB]))
    }

    @Test func addressesComeInAnyCase() throws {
        let mixed = #""app_contract":"0xAb7528bb862Fb57E8a2bcd567a2e929a0Be56a5e""#
        #expect(
            try metadata(mixed)?.appContract
                == Address(hex: "0xab7528bb862fb57e8a2bcd567a2e929a0be56a5e"))
    }

    @Test func refusesRequestsWithoutMeaning() {
        #expect(throws: RequestError.missingType) { try parse("{}") }
        #expect(throws: RequestError.missingType) { try parse(#"{"data":{"payload":"0x"}}"#) }
        #expect(throws: RequestError.missingPayload) {
            try parse(#"{"request_type":"inspect_state"}"#)
        }
        #expect(throws: RequestError.missingPayload) {
            try parse(#"{"request_type":"advance_state","data":{"payload":null}}"#)
        }
        #expect(throws: RequestError.unknownType) {
            try parse(#"{"request_type":"gio","data":{"payload":"0x"}}"#)
        }
    }

    @Test(arguments: [
        #""app_contract":"0x""#, #""msg_sender":"0x11""#,
        #""msg_sender":"0x111111111111111111111111111111111111111122""#,
    ])
    func refusesMetadataOfTheWrongLength(_ members: String) {
        #expect(throws: RequestError.wrongLength) { try metadata(members) }
    }

    /// The application has no use for randomness, so it is no reason to lose a deposit.
    @Test(arguments: ["\"0x00\"", "\"0x1\"", "\"0xzz\"", "7", "[]", "\"\""])
    func randomnessOfAnotherFormIsLeftOut(_ value: String) throws {
        #expect(
            try metadata(#""prev_randao":\#(value),"input_index":3"#) == Metadata(inputIndex: 3))
    }

    @Test func randomnessMustBeJSONAllTheSame() {
        #expect(throws: RequestError.self) { try metadata(#""prev_randao":"0x,"input_index":3"#) }
    }

    @Test(
        arguments: [
            (#""chain_id":"31337""#, .wrongKind), (#""chain_id":-1"#, .notUInt64),
            (#""block_timestamp":1.5"#, .notUInt64),
            (#""input_index":18446744073709551616"#, .notUInt64),
            (#""msg_sender":"1111111111111111111111111111111111111111""#, .notHex),
            (#""chain_id":1,"chain_id":1"#, .duplicateKey),
        ] as [(String, JSONError.Code)])
    func refusesMetadataOfAnotherKind(_ members: String, _ code: JSONError.Code) {
        let error = #expect(throws: RequestError.self) { try metadata(members) }
        guard case .json(let error) = error else {
            Issue.record("\(members): \(String(describing: error))")
            return
        }
        #expect(error.code == code)
    }

    @Test func refusesWhatIsNotOneObject() {
        for text in ["", "null", "[]", "no rollup request available", Self.advance + "x", "{}{}"] {
            let error = #expect(throws: RequestError.self) { try parse(text) }
            #expect(error?.code.description == "requestNotJSON")
        }
    }

    @Test func whatIsReadIsWrittenAgain() throws {
        let inspect = #"{"request_type":"inspect_state","data":{"payload":"0x"}}"#
        let bare = #"{"request_type":"advance_state","data":{"metadata":{},"payload":"0x00"}}"#
        for text in [Self.advance, inspect, bare] {
            var json = JSONWriter()
            try parse(text).write(to: &json)
            #expect(String(decoding: json.bytes, as: UTF8.self) == text)
        }
    }

    @Test func damagedRequestsEndInAnErrorOrARequest() {
        let seed: UInt64 = 0x5EED_0102
        var random = SplitMix64(seed: seed)
        let alphabet = Array(#"{}[]",:\0xfnul1-."#.utf8) + [0x00, 0x80, 0xFF]
        var requests = 0
        for _ in 0..<20_000 {
            var bytes = Array(Self.advance.utf8)
            for _ in 0...(random.next() % 3) {
                let at = Int(random.next() % UInt64(bytes.count))
                let byte = alphabet[Int(random.next() % UInt64(alphabet.count))]
                switch random.next() % 3 {
                case 0: bytes[at] = byte
                case 1: bytes.insert(byte, at: at)
                default: bytes.remove(at: at)
                }
            }
            guard let request = try? RollupRequest(parsingJSON: bytes) else { continue }
            requests += 1
            var json = JSONWriter()
            request.write(to: &json)
            #expect(
                (try? RollupRequest(parsingJSON: json.bytes)) == request, "seed \(seed): \(bytes)")
        }
        // Damage to digits and to the names of members that may be missing goes through.
        #expect(requests > 1_000)
    }
}
