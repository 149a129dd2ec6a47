import ABI
import Foundation
import RollupServer
import Testing
import Vouchers

@testable import DevNode

/// JSON-RPC as the v2 node speaks it.
@Suite struct RPCTests {
    static let settings = NodeSettings(contracts: AddressBook(.v2_1))
    static let alice = Address(hex: "0x00000000000000000000000000000000000000aa") ?? .zero
    static let bob = Address(hex: "0x00000000000000000000000000000000000000bb") ?? .zero

    /// Three inputs: a notice, a voucher and a report, and one that waits.
    static var history: History {
        var history = History()
        for (index, sender) in [alice, bob, alice, bob].enumerated() {
            let metadata = ChainMetadata(
                chainID: 31337, application: settings.application, sender: sender,
                blockNumber: 1001 + UInt64(index), blockTimestamp: 1_760_000_000,
                prevRandao: .zero, index: UInt64(index))
            history.add(metadata, payload: [UInt8(index)])
        }
        history.complete(
            with: RequestResult(status: .accept, outputs: [.notice(payload: [1])]))
        history.complete(
            with: RequestResult(
                status: .accept,
                outputs: [
                    .voucher(destination: bob, value: UInt256(UInt64(255)), payload: [])
                ]))
        history.complete(with: RequestResult(status: .accept, reports: [[3, 4]]))
        return history
    }

    static func object(_ text: String) async throws -> [String: Any] {
        let methods = CartesiMethods(
            settings: settings, history: history, latest: .init(number: 1004, timestamp: 9),
            failure: nil)
        let answer = await RPCEnvelope.answer(Array(text.utf8)) { method, parameters in
            try methods.call(method, parameters)
        }
        let bytes = try #require(answer)
        return try #require(
            try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
    }

    static func call(_ method: String, _ parameters: String) async throws -> [String: Any] {
        try await object(
            #"{"jsonrpc":"2.0","id":7,"method":"\#(method)","params":\#(parameters)}"#)
    }

    static func rows(_ method: String, _ parameters: String) async throws -> [[String: Any]] {
        let result = try #require(
            try await call(method, parameters)["result"] as? [String: Any])
        return try #require(result["data"] as? [[String: Any]])
    }

    static func code(_ answer: [String: Any]) -> Int? {
        (answer["error"] as? [String: Any])?["code"] as? Int
    }

    @Test func findsTheApplicationByNameAndByAddressInAnyCase() async throws {
        let address = Self.settings.application.checksummed
        for name in ["deml", address, address.lowercased()] {
            let answer = try await Self.call(
                "cartesi_getProcessedInputCount", #"{"application":"\#(name)"}"#)
            #expect((answer["result"] as? [String: String]) == ["data": "0x3"])
        }
        let other = try await Self.call(
            "cartesi_getProcessedInputCount", #"{"application":"other"}"#)
        #expect(Self.code(other) == -31002)
    }

    @Test func filtersByInputTypeDestinationAndSender() async throws {
        let ofInput = try await Self.rows(
            "cartesi_listOutputs", #"{"application":"deml","input_index":"0x1"}"#)
        #expect(ofInput.map { $0["index"] as? String } == ["0x1"])
        let notices = try await Self.rows(
            "cartesi_listOutputs", #"{"application":"deml","output_type":"0xc258d6e5"}"#)
        #expect(notices.map { $0["index"] as? String } == ["0x0"])
        let toBob = try await Self.rows(
            "cartesi_listOutputs",
            #"{"application":"deml","voucher_address":"\#(Self.bob.checksummed)"}"#)
        #expect(toBob.map { $0["index"] as? String } == ["0x1"])
        let ofBob = try await Self.rows(
            "cartesi_listInputs", #"{"application":"deml","sender":"\#(Self.bob.checksummed)"}"#)
        #expect(ofBob.map { $0["status"] as? String } == ["ACCEPTED", "NONE"])
        let reports = try await Self.rows(
            "cartesi_listReports", #"{"application":"deml","epoch_index":"0x2"}"#)
        #expect(reports.map { $0["raw_data"] as? String } == ["0x0304"])
    }

    @Test func pagesAndTurnsAround() async throws {
        let page = try await Self.rows(
            "cartesi_listInputs",
            #"{"application":"deml","limit":2,"offset":1,"descending":true}"#)
        #expect(page.map { $0["index"] as? String } == ["0x2", "0x1"])
        let answer = try await Self.call(
            "cartesi_listInputs", #"{"application":"deml","limit":99999,"offset":7}"#)
        let result = answer["result"] as? [String: Any]
        #expect(
            result?["pagination"] as? [String: Int]
                == ["total_count": 4, "limit": 10_000, "offset": 7])
        #expect((result?["data"] as? [Any])?.isEmpty == true)
    }

    @Test func takesParametersByPosition() async throws {
        let answer = try await Self.call("cartesi_getOutput", #"["deml","0x1"]"#)
        let data = (answer["result"] as? [String: Any])?["data"] as? [String: Any]
        let decoded = data?["decoded_data"] as? [String: String]
        #expect(
            decoded == [
                "type": "0x237a816f", "destination": Self.bob.checksummed, "value": "0xff",
                "payload": "0x",
            ])
        #expect((data?["output_hashes_siblings"] as? [String])?.count == 63)
    }

    @Test(arguments: [
        ("cartesi_getInput", #"{"application":"deml","input_index":"0x4"}"#, -31001),
        ("cartesi_getInput", #"{"application":"deml"}"#, -32602),
        ("cartesi_getInput", #"{"application":"deml","input_index":"4x"}"#, -32602),
        ("cartesi_listInputs", #"{"application":"deml","limit":0}"#, -32602),
        ("cartesi_listInputs", #"{"application":"deml","limit":-1}"#, -32602),
        ("cartesi_listInputs", #"{"application":"deml","sender":"0x12"}"#, -32602),
        ("cartesi_listOutputs", #"{"application":"deml","output_type":"0x12"}"#, -32602),
        ("cartesi_listOutputs", "3", -32602), ("cartesi_listInputs", "{}", -32602),
        ("cartesi_getInput", #"["deml","0x0",1]"#, -32602), ("cartesi_fly", "{}", -32601),
    ])
    func refusesWithTheCodesOfTheNode(method: String, parameters: String, code: Int) async throws {
        #expect(Self.code(try await Self.call(method, parameters)) == code)
    }

    @Test(arguments: [
        ("", -32700), ("{", -32700), ("[1,]", -32700), (#"{"id":1,"id":2}"#, -32700),
        ("{}\u{0}", -32700), ("\u{FEFF}{}", -32700), ("3", -32600), ("[]", -32600),
        (#"{"id":1,"method":"x"}"#, -32600), (#"{"jsonrpc":"2.0","id":[],"method":"x"}"#, -32600),
        (#"{"jsonrpc":"2.0","id":1}"#, -32600),
    ])
    func refusesWhatIsNoCall(text: String, code: Int) async throws {
        #expect(Self.code(try await Self.object(text)) == code)
    }

    @Test func answersBatchesInOrderAndLeavesNotificationsOut() async throws {
        let call = #"{"jsonrpc":"2.0","id":"ä","method":"m"}"#
        let answer = await RPCEnvelope.answer(
            Array(#"[\#(call),{"jsonrpc":"2.0","method":"m"},\#(call)]"#.utf8)
        ) { _, _ in Array("1".utf8) }
        let one = #"{"jsonrpc":"2.0","id":"ä","result":1}"#
        #expect(answer.map { String(decoding: $0, as: UTF8.self) } == "[\(one),\(one)]")
        let silent = await RPCEnvelope.answer(
            Array(#"{"jsonrpc":"2.0","method":"m"}"#.utf8)
        ) { _, _ in Array("1".utf8) }
        #expect(silent == nil)
    }

    /// No number is rounded on its way back.
    @Test(arguments: [
        "18446744073709551615", "9223372036854775809", "9223372036854775810", "-7", "0.10", "1e2",
        "null", #""x""#,
    ])
    func returnsAnIDAsItCame(id: String) async throws {
        let answer = await RPCEnvelope.answer(
            Array(#"{"jsonrpc":"2.0","id":\#(id),"method":"m"}"#.utf8)
        ) { _, _ in Array("1".utf8) }
        let expected = #"{"jsonrpc":"2.0","id":\#(id),"result":1}"#
        #expect(answer.map { String(decoding: $0, as: UTF8.self) } == expected)
    }

    @Test func refusesTextInOtherEncodings() async throws {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"m"}"#
        let wide = Array(call.utf16.flatMap { [UInt8($0 & 0xff), UInt8($0 >> 8)] })
        let answer = await RPCEnvelope.answer(wide) { _, _ in Array("1".utf8) }
        #expect(answer.map { String(decoding: $0, as: UTF8.self) }?.contains("-32700") == true)
    }

    @Test func refusesBatchesAndAnswersBeyondTheLimits() async throws {
        let call = #"{"jsonrpc":"2.0","id":1,"method":"m"}"#
        let many = Array(repeating: call, count: 101).joined(separator: ",")
        let batch = await RPCEnvelope.answer(Array("[\(many)]".utf8)) { _, _ in Array("1".utf8) }
        #expect(batch.map { String(decoding: $0, as: UTF8.self) }?.contains("-31004") == true)
        let large = await RPCEnvelope.answer(Array(call.utf8)) { _, _ in
            [UInt8](repeating: UInt8(ascii: "1"), count: RPCEnvelope.responseLimit + 1)
        }
        #expect(large.map { String(decoding: $0, as: UTF8.self) }?.contains("-31003") == true)
    }

    @Test func anInputThatTheApplicationDiedOfSaysSo() {
        var history = Self.history
        history.halt()
        #expect(history.inputs[3].status == .halted)
        #expect(history.processed == 4)
    }
}
