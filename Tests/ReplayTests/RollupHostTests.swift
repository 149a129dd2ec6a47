import ABI
import Foundation
import RollupServer
import Testing
import Vouchers

@Suite struct RollupHostTests {
    static let address = "0x" + String(repeating: "ab", count: 20)

    static func request(_ kind: String, payload: String = "0x1234") throws -> RequestJSON {
        let json = #"{"request_type":"\#(kind)","data":{"payload":"\#(payload)"}}"#
        return try RequestJSON(Array(json.utf8))
    }

    /// Runs `body` against a host and a client of it, and closes the port afterwards.
    static func withHost(
        _ body: (RollupHost, TestClient) async throws -> Void
    ) async throws {
        let host = RollupHost()
        let address = try await host.start()
        do {
            try await body(host, TestClient(address))
        } catch {
            await host.stop()
            throw error
        }
        await host.stop()
    }

    /// Starts delivering a request and returns once the application has read it, in answer to
    /// `finish` or else to a first finish.
    static func deliver(
        _ kind: String, to client: TestClient, of host: RollupHost,
        answering finish: Task<TestClient.Answer, any Error>? = nil
    ) async throws -> Task<RequestResult, any Error> {
        let finish = finish ?? Task { try await client.finish() }
        try await host.waitUntilReady()
        let request = try request(kind)
        let result = Task { try await host.deliver(request) }
        let read = try await finish.value
        #expect(read.status == 200)
        #expect(read.contentType == "application/json")
        #expect(Array(read.body.utf8) == request.bytes)
        return result
    }

    @Test func deliversAnAdvanceAndCollectsWhatItCaused() async throws {
        try await Self.withHost { host, client in
            let result = try await Self.deliver("advance_state", to: client, of: host)
            let value = "0x" + String(repeating: "0", count: 63) + "7"
            let voucher = try await client.post(
                "voucher",
                #"{"destination":"\#(Self.address)","value":"\#(value)","payload":"0xAa"}"#)
            #expect(voucher.status == 201)
            #expect(voucher.body == #"{"index":0}"#)
            let notice = try await client.post("notice", #"{"payload":"0x"}"#)
            #expect(notice.body == #"{"index":1}"#)
            let delegate = try await client.post(
                "delegate-call-voucher", #"{"destination":"\#(Self.address)","payload":"0x05"}"#)
            #expect(delegate.body == #"{"index":2}"#)
            let report = try await client.post("report", #"{"payload":"0xff00"}"#)
            #expect(report == .init(status: 202, contentType: nil, body: ""))

            let next = Task { try await client.finish() }
            let destination = try #require(Address(hex: Self.address))
            #expect(
                try await result.value
                    == RequestResult(
                        status: .accept,
                        outputs: [
                            .voucher(
                                destination: destination, value: UInt256(7 as UInt64),
                                payload: [0xaa]),
                            .notice(payload: []),
                            .delegateCallVoucher(destination: destination, payload: [5]),
                        ],
                        firstOutputIndex: 0, reports: [[0xff, 0]]))
            #expect(await host.outputCount == 3)
            await host.stop()
            _ = try? await next.value
        }
    }

    @Test func numbersOutputsAcrossInputsAndTakesARejectionBack() async throws {
        try await Self.withHost { host, client in
            var next: Task<TestClient.Answer, any Error>?
            for (round, status) in ["accept", "reject", "accept"].enumerated() {
                let result = try await Self.deliver(
                    "advance_state", to: client, of: host, answering: next)
                let index = round == 2 ? 1 : round
                let notice = try await client.post("notice", #"{"payload":"0x01"}"#)
                #expect(notice.body == #"{"index":\#(index)}"#)
                next = Task { try await client.finish(status) }
                let expected =
                    status == "accept"
                    ? RequestResult(
                        status: .accept, outputs: [.notice(payload: [1])],
                        firstOutputIndex: UInt64(index))
                    : RequestResult(status: .reject, firstOutputIndex: 1, droppedOutputs: 1)
                #expect(try await result.value == expected)
            }
            next?.cancel()
            #expect(await host.outputCount == 2)
        }
    }

    @Test func dropsOutputsOfAnInspectAndKeepsItsReports() async throws {
        try await Self.withHost { host, client in
            let result = try await Self.deliver("inspect_state", to: client, of: host)
            #expect(try await client.post("notice", #"{"payload":"0x01"}"#).status == 201)
            #expect(try await client.post("report", #"{"payload":"0x02"}"#).status == 202)
            let next = Task { try await client.finish() }
            #expect(
                try await result.value
                    == RequestResult(status: .accept, reports: [[2]], droppedOutputs: 1))
            #expect(await host.outputCount == 0)
            next.cancel()
        }
    }

    @Test func anExceptionEndsTheApplication() async throws {
        try await Self.withHost { host, client in
            let result = try await Self.deliver("advance_state", to: client, of: host)
            let thrown = try await client.post("exception", #"{"payload":"0x6f6f6d"}"#)
            #expect(thrown.status == 202)
            #expect(try await result.value.status == .exception(payload: Array("oom".utf8)))
            #expect(try await client.finish().status == 400)
            let error = await #expect(throws: RollupHostError.self) {
                try await host.deliver(Self.request("advance_state"))
            }
            #expect(error == .applicationEnded(.exception(payload: Array("oom".utf8))))
            #expect(error?.description == #"the application threw a rollup exception: "oom""#)
        }
    }

    @Test(arguments: [
        ("voucher", #"{"destination":"0x12","payload":"0x"}"#, "address not valid"),
        (
            "voucher", #"{"destination":"zz\#(address.dropFirst(2))","payload":"0x"}"#,
            "address not valid"
        ),
        ("voucher", #"{"destination":"\#(address)","payload":"0x0"}"#, "hexadecimal"),
        (
            "voucher", #"{"destination":"\#(address)","value":"0x123","payload":"0x"}"#,
            "value not valid"
        ),
        (
            "voucher",
            #"{"destination":"\#(address)","value":"0x\#(String(repeating: "0", count: 66))","#
                + #""payload":"0x"}"#,
            "value not valid"
        ),
        ("voucher", #"{"destination":"\#(address)"}"#, "missing field `payload`"),
        ("delegate-call-voucher", #"{"destination":"","payload":"0x"}"#, "address not valid"),
        ("notice", #"{"payload":"0xgg"}"#, "hexadecimal"),
        ("notice", #"{"payload":"0"}"#, "hexadecimal"),
        ("notice", #"{"payload":12}"#, "Json deserialize error"),
        ("notice", #"{"#, "Json deserialize error"),
        (
            "notice", #"{"payload":"0x\#(String(repeating: "00", count: 2_097_057))"}"#,
            "does not fit"
        ),
        ("report", #"{}"#, "missing field `payload`"),
        ("exception", #"{"payload":"0x1"}"#, "hexadecimal"),
        ("finish", #"{"status":"ok"}"#, "status must be"),
        ("finish", #"{}"#, "missing field `status`"),
        ("gio", #"{"domain":39,"id":"0x"}"#, "serves no GIO domain"),
        ("gio", #"{"domain":65536,"id":"0x"}"#, "Json deserialize error"),
    ])
    func refusesAMalformedBodyAndGoesOn(
        endpoint: String, body: String, reason: String
    ) async throws {
        try await Self.withHost { host, client in
            let result = try await Self.deliver("advance_state", to: client, of: host)
            let refusal = try await client.post(endpoint, body)
            #expect(refusal.status == 400)
            #expect(refusal.body.contains(reason), "\(refusal.body)")
            let next = Task { try await client.finish() }
            #expect(try await result.value == RequestResult(status: .accept))
            next.cancel()
        }
    }

    @Test func completesAShortVoucherValue() async throws {
        try await Self.withHost { host, client in
            let result = try await Self.deliver("advance_state", to: client, of: host)
            _ = try await client.post(
                "voucher", #"{"destination":"\#(Self.address)","value":"0x0102","payload":"0x"}"#)
            _ = try await client.post(
                "voucher", #"{"destination":"\#(Self.address)","payload":"0x"}"#)
            let next = Task { try await client.finish() }
            let destination = try #require(Address(hex: Self.address))
            let values = [UInt256(0x102 as UInt64), .zero]
            #expect(
                try await result.value.outputs
                    == values.map {
                        .voucher(destination: destination, value: $0, payload: [])
                    })
            next.cancel()
        }
    }

    @Test func refusesOtherContentTypesAndBodiesBeyondFiveMebibytes() async throws {
        try await Self.withHost { _, client in
            let plain = try await client.post(
                "finish", #"{"status":"accept"}"#, contentType: "text/plain")
            #expect(plain.status == 415)
            let large = try await client.post(
                "report", String(repeating: " ", count: (5 << 20) + 1))
            #expect(large.status == 413)
            #expect(try await client.post("nothing", "{}").status == 404)
        }
    }

    @Test func refusesOutputsWhileNoRequestIsHandled() async throws {
        try await Self.withHost { host, client in
            let early = try await client.post("notice", #"{"payload":"0x"}"#)
            #expect(early.status == 400)
            let finish = Task { try await client.finish() }
            try await host.waitUntilReady()
            #expect(try await client.post("report", #"{"payload":"0x"}"#).status == 400)
            finish.cancel()
        }
    }

    @Test func refusesAFirstFinishThatRejects() async throws {
        try await Self.withHost { host, client in
            let refusal = try await client.finish("reject")
            #expect(refusal.status == 400)
            await #expect(throws: RollupHostError.applicationEnded(.firstFinishRejected)) {
                try await host.waitUntilReady()
            }
        }
    }

    @Test func aSecondFinishReplacesTheOpenOne() async throws {
        try await Self.withHost { host, client in
            let first = Task { try await client.finish() }
            try await host.waitUntilReady()
            let second = Task { try await TestClient(client.address).finish() }
            #expect(try await first.value.status == 400)
            let request = try Self.request("advance_state")
            let result = Task { try await host.deliver(request) }
            #expect(try await second.value.status == 200)
            let next = Task { try await client.finish() }
            #expect(try await result.value.status == .accept)
            next.cancel()
        }
    }

    @Test func forgetsAFinishWhoseConnectionIsGone() async throws {
        try await Self.withHost { host, client in
            let lost = Task { try await client.finish() }
            try await host.waitUntilReady()
            lost.cancel()
            _ = try? await lost.value
            while await host.isApplicationWaiting {
                try await Task.sleep(for: .milliseconds(5))
            }
            let request = try Self.request("advance_state")
            let result = Task { try await host.deliver(request) }
            let read = try await client.finish()
            #expect(read.status == 200)
            let next = Task { try await client.finish() }
            #expect(try await result.value.status == .accept)
            next.cancel()
        }
    }

    /// Such as an application that a host before this one has left behind.
    @Test func servesNobodyWithoutTheSecret() async throws {
        try await Self.withHost { host, client in
            let port = try #require(URL(string: client.address)?.port)
            for address in ["", "/", "/\(String(repeating: "a", count: 28))"] {
                let stranger = TestClient("http://127.0.0.1:\(port)\(address)")
                #expect(try await stranger.finish().status == 404)
            }
            #expect(await !host.isApplicationWaiting)
        }
    }

    @Test func takesOneRequestAtATime() async throws {
        try await Self.withHost { host, client in
            let result = try await Self.deliver("advance_state", to: client, of: host)
            await #expect(throws: RollupHostError.busy) {
                try await host.deliver(Self.request("advance_state"))
            }
            result.cancel()
            await #expect(throws: CancellationError.self) { try await result.value }
            let next = Task { try await client.finish() }
            try await host.waitUntilReady()
            next.cancel()
        }
    }

    @Test func cancellingStopsAWaitForAnApplicationThatNeverComes() async throws {
        try await Self.withHost { host, _ in
            let wait = Task { try await host.waitUntilReady() }
            wait.cancel()
            await #expect(throws: CancellationError.self) { try await wait.value }
        }
    }

    @Test func stoppingFailsTheDeliveryAndFreesThePort() async throws {
        let host = RollupHost()
        let address = try await host.start()
        let port = try #require(URL(string: address)?.port)
        let client = TestClient(address)
        let result = try await Self.deliver("advance_state", to: client, of: host)
        await host.stop()
        await #expect(throws: RollupHostError.applicationEnded(.stopped)) {
            try await result.value
        }
        let again = RollupHost()
        #expect(try await again.start(port: port).hasPrefix("http://127.0.0.1:\(port)/"))
        await again.stop()
    }

    @Test func saysWhichPortIsTaken() async throws {
        let host = RollupHost()
        let port = try #require(URL(string: try await host.start())?.port)
        let other = RollupHost()
        let error = await #expect(throws: CannotListen.self) {
            try await other.start(port: port)
        }
        #expect(error?.description.contains("127.0.0.1:\(port)") == true)
        await host.stop()
    }

    @Test(arguments: ["", "{}", #"{"request_type":3}"#, #"{"request_type":"other"}"#])
    func refusesARequestOfNoKnownType(json: String) {
        #expect(throws: MalformedRequestJSON.self) { try RequestJSON(Array(json.utf8)) }
    }
}
