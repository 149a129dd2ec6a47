import ABI
import Marketplace
import Rollup
import Testing
import Vouchers

/// Answers from a list, and keeps what was posted. The list's end ends the loop.
private struct ScriptedTransport: Transport {
    var answers: [HTTPResponse]
    private(set) var posts: [String] = []
    private(set) var pauses: [UInt32] = []
    private(set) var lines: [String] = []

    init(_ answers: [HTTPResponse]) {
        self.answers = answers.reversed()
    }

    mutating func post(
        _ endpoint: Endpoint, _ body: [UInt8]
    ) throws(TransportError) -> HTTPResponse {
        posts.append("\(endpoint.path) \(String(decoding: body, as: UTF8.self))")
        guard let answer = answers.popLast() else { throw .answerLost(endpoint) }
        return answer
    }

    mutating func pause(milliseconds: UInt32) {
        pauses.append(milliseconds)
    }

    mutating func log(_ line: String) {
        lines.append(line)
    }
}

/// Gives the outcomes of a list, and keeps what it was asked.
private struct ScriptedApplication: Application {
    var outcome = Outcome()
    var answers: [[UInt8]] = []
    private(set) var inputs: [Input] = []
    private(set) var queries: [[UInt8]] = []

    mutating func advance(_ input: Input) -> Outcome {
        inputs.append(input)
        return outcome
    }

    mutating func inspect(_ query: [UInt8]) -> [[UInt8]] {
        queries.append(query)
        return answers
    }
}

@Suite struct RollupLoopTests {
    private static let accept = #"/finish {"status":"accept"}"#

    private static func advance(index: UInt64? = nil) -> HTTPResponse {
        let metadata = index.map { "\"input_index\":\($0)" } ?? ""
        return HTTPResponse(
            status: 200,
            body: Array(
                ("{\"request_type\":\"advance_state\",\"data\":{\"metadata\":{\(metadata)},"
                    + "\"payload\":\"0x01\"}}").utf8))
    }

    private static let inspect = HTTPResponse(
        status: 200,
        body: Array(#"{"request_type":"inspect_state","data":{"payload":"0x02"}}"#.utf8))

    private func run(
        _ answers: [HTTPResponse], _ application: ScriptedApplication = ScriptedApplication()
    ) -> (RollupLoop<ScriptedApplication, HTTPDevice<ScriptedTransport>>, DeviceFailure) {
        var loop = RollupLoop(
            application: application, device: HTTPDevice(ScriptedTransport(answers)))
        let failure = loop.run()
        return (loop, failure)
    }

    @Test func theFirstFinishIsAccept() {
        let (loop, failure) = run([])
        #expect(loop.device.transport.posts == [Self.accept])
        #expect(failure == .transport(.answerLost(.finish)))
    }

    @Test func outputsComeInOrderAndBeforeReports() {
        var application = ScriptedApplication()
        application.outcome = Outcome(
            outputs: [
                .notice(payload: [1]), .voucher(destination: .zero, value: .one, payload: [2]),
                .notice(payload: [3]),
            ], reports: [[4], []])
        let ok = HTTPResponse(status: 201, body: Array(#"{"index":0}"#.utf8))
        let done = HTTPResponse(status: 202)
        let (loop, _) = run([Self.advance(), ok, ok, ok, done, done], application)
        let zeros = String(repeating: "0", count: 63)
        #expect(
            loop.device.transport.posts == [
                Self.accept,
                #"/notice {"payload":"0x01"}"#,
                #"/voucher {"destination":"0x\#(String(repeating: "0", count: 40))","#
                    + #""value":"0x\#(zeros)1","payload":"0x02"}"#,
                #"/notice {"payload":"0x03"}"#,
                #"/report {"payload":"0x04"}"#,
                #"/report {"payload":"0x"}"#,
                Self.accept,
            ])
        #expect(loop.application.inputs.map(\.payload) == [[1]])
    }

    @Test func anInspectIsAnsweredWithReports() {
        var application = ScriptedApplication()
        application.answers = [[7], [8]]
        let done = HTTPResponse(status: 202)
        let (loop, _) = run([Self.inspect, done, done], application)
        #expect(
            loop.device.transport.posts == [
                Self.accept, #"/report {"payload":"0x07"}"#, #"/report {"payload":"0x08"}"#,
                Self.accept,
            ])
        #expect(loop.application.queries == [[2]])
        #expect(loop.application.inputs.isEmpty)
    }

    @Test func everySuccessIsOne() {
        var application = ScriptedApplication()
        application.outcome = Outcome(outputs: [.notice(payload: [])])
        for status in [200, 201, 202, 204, 299] {
            let (loop, _) = run([Self.advance(), HTTPResponse(status: status)], application)
            #expect(loop.device.transport.posts.count == 3)
            #expect(loop.device.transport.lines.isEmpty)
        }
    }

    @Test func noRequestYetMeansAskAgain() {
        let text = HTTPResponse(status: 202, body: Array("no rollup request available".utf8))
        let empty = HTTPResponse(status: 200)
        let (loop, _) = run([text, text, empty, Self.advance(), text])
        #expect(loop.device.transport.posts == [String](repeating: Self.accept, count: 6))
        #expect(loop.application.inputs.count == 1)
        #expect(loop.device.transport.lines.isEmpty)
    }

    @Test func aRefusedFinishIsAskedAgainWithLongerPauses() {
        let refusals = [HTTPResponse](
            repeating: HTTPResponse(status: 500, body: Array("oops".utf8)), count: 9)
        let (loop, _) = run(refusals + [Self.advance(), HTTPResponse(status: 400)])
        #expect(loop.application.inputs.count == 1)
        #expect(
            loop.device.transport.pauses == [50, 100, 200, 400, 800, 1600, 2000, 2000, 2000, 50])
        // Attempts 1, 2, 4 and 8, and the one after the input.
        #expect(loop.device.transport.lines.count == 5)
    }

    @Test func aRefusedOutputIsSentAgainAndThenEndsTheLoop() {
        var application = ScriptedApplication()
        application.outcome = Outcome(outputs: [.notice(payload: [5])], reports: [[6]])
        let refusal = HTTPResponse(status: 503)
        let notice = #"/notice {"payload":"0x05"}"#
        let (saved, _) = run(
            [Self.advance(), refusal, refusal, HTTPResponse(status: 201)], application)
        #expect(
            saved.device.transport.posts
                == [Self.accept, notice, notice, notice, #"/report {"payload":"0x06"}"#])

        let refusals = [HTTPResponse](repeating: refusal, count: 20)
        let (lost, failure) = run([Self.advance()] + refusals, application)
        #expect(
            lost.device.transport.posts == [Self.accept] + [String](repeating: notice, count: 6))
        #expect(failure == .refused(.notice, status: 503))
    }

    @Test func aMalformedRequestIsReportedAndAccepted() {
        let bodies = [
            "not JSON", "{}", #"{"request_type":"advance_state","data":{}}"#, "[", "\u{0}",
        ]
        for body in bodies {
            let (loop, _) = run([
                HTTPResponse(status: 200, body: Array(body.utf8)), HTTPResponse(status: 202),
            ])
            #expect(loop.device.transport.posts.count == 3)
            #expect(
                loop.device.transport.posts[1].hasPrefix(
                    "/report {\"payload\":\"0x7b226572726f72223a"))
            #expect(loop.device.transport.posts[2] == Self.accept)
            #expect(loop.application.inputs.isEmpty)
        }
    }

    @Test func theReportOfAMalformedRequestSaysWhatAndWhere() throws {
        let (loop, _) = run([HTTPResponse(status: 200, body: Array("{x".utf8))])
        let digits = Array(loop.device.transport.posts[1].utf8).dropFirst(20).dropLast(2)
        let report = try #require(Hex.decode(Array(digits)))
        #expect(
            String(decoding: report, as: UTF8.self)
                == #"{"error":{"code":"requestNotJSON","message":"the request is not the JSON of "#
                + #"the rollup server","at":1}}"#)
    }

    @Test func anOutputLargerThanTheDeviceIsReportedInstead() {
        var application = ScriptedApplication()
        let ok = [HTTPResponse](repeating: HTTPResponse(status: 201), count: 8)
        func oversize(_ count: Int) -> [UInt8] { [UInt8](repeating: 0, count: count + 1) }
        application.outcome = Outcome(
            outputs: [
                .notice(payload: oversize(OutputLimit.notice)),
                .voucher(
                    destination: .zero, value: .zero,
                    payload: oversize(OutputLimit.voucher)),
                .notice(payload: [9]),
            ], reports: [oversize(OutputLimit.report)])
        let (loop, _) = run([Self.advance()] + ok.prefix(4), application)
        let paths = loop.device.transport.posts.map { $0.prefix { $0 != " " } }
        #expect(paths == ["/finish", "/report", "/report", "/notice", "/report", "/finish"])
        #expect(loop.device.transport.posts.allSatisfy { $0.utf8.count < 400 })
        #expect(loop.device.transport.lines.count == 3)
    }

    @Test func theLargestPayloadsAreSent() {
        var application = ScriptedApplication()
        application.outcome = Outcome(
            outputs: [.notice(payload: [UInt8](repeating: 0, count: OutputLimit.notice))],
            reports: [[UInt8](repeating: 0, count: OutputLimit.report)])
        let ok = HTTPResponse(status: 201)
        let (loop, _) = run([Self.advance(), ok, ok], application)
        #expect(loop.device.transport.posts.count == 4)
        // The server takes bodies of up to 5 MiB.
        #expect(loop.device.transport.posts.allSatisfy { $0.utf8.count < 5 << 20 })
        #expect(loop.device.transport.posts[2].utf8.count > 4 << 20)
    }

    @Test func aGapInTheHistoryIsToldButNotFatal() {
        let (loop, _) = run([
            Self.advance(index: 4), Self.advance(index: 5), Self.inspect, Self.advance(),
            Self.advance(index: 6), Self.advance(index: 0), Self.advance(index: .max),
            Self.advance(index: 0),
        ])
        #expect(loop.application.inputs.count == 7)
        #expect(loop.device.transport.lines.count == 2)
    }
}
