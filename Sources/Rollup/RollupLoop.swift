import JSON
import Vouchers

/// Why the loop has ended. It ends only when going on would let the application and the server
/// disagree about what was delivered: every later output index would be wrong.
public enum LoopFailure: Error, Equatable, Sendable {
    case transport(TransportError)
    /// The server refused an output each time; its last status.
    case refused(Endpoint, status: Int)

    /// One line for the operator.
    public var message: String {
        switch self {
        case .transport(let error):
            error.message
        case .refused(let endpoint, let status):
            "the server refuses \(endpoint.path) with status \(status)"
        }
    }
}

/// Asks for requests, has them handled, delivers what they caused, for ever.
///
/// Every request is accepted: today's nodes end an application that raises an exception or exits,
/// and drop the reports of a rejected input. The order on the wire is outputs, then reports, each
/// in their own order.
public struct RollupLoop<App: Application, Link: Transport> {
    /// Attempts to deliver one output that the server refuses.
    private static var deliveryLimit: Int { 6 }
    /// Between an answer that there is no request yet and the next question.
    private static var idlePause: UInt32 { 10 }

    /// The state machine, which the loop alone advances.
    public private(set) var application: App
    /// The way to the server.
    public private(set) var transport: Link
    private var json = JSONWriter()
    private let finishMessage: [UInt8]
    private var lastIndex: UInt64?

    /// Nothing is sent before `run`.
    public init(application: App, transport: Link) {
        self.application = application
        self.transport = transport
        var json = JSONWriter()
        OutputMessage.writeFinish(to: &json)
        finishMessage = json.bytes
    }

    /// Runs until it must stop, and says why.
    public mutating func run() -> LoopFailure {
        do throws(LoopFailure) {
            while true {
                try handle(try nextRequest())
            }
        } catch {
            return error
        }
    }

    /// Posts `/finish` until a request comes. The first one has nothing to accept, and says accept:
    /// the machine's template must stop in that state.
    private mutating func nextRequest() throws(LoopFailure) -> [UInt8] {
        var backoff = Backoff()
        while true {
            let response = try post(.finish, finishMessage)
            if response.isSuccess {
                // 202 and other answers without content: no request yet.
                if response.status != 202, !response.body.isEmpty { return response.body }
                transport.pause(milliseconds: Self.idlePause)
                continue
            }
            let delay = backoff.next()
            if backoff.isWorthALine {
                transport.log("/finish has status \(response.status), attempt \(backoff.attempts)")
            }
            transport.pause(milliseconds: delay)
        }
    }

    private mutating func handle(_ body: [UInt8]) throws(LoopFailure) {
        let request: RollupRequest
        do throws(RequestError) {
            request = try RollupRequest(parsingJSON: body)
        } catch {
            transport.log("\(error.message) (\(error.code))")
            try deliver(
                report: OutputMessage.error(
                    code: error.code, message: error.message, at: error.offset))
            return
        }
        switch request {
        case .advance(let input):
            noteGap(before: input.metadata.inputIndex)
            let outcome = application.advance(input)
            for output in outcome.outputs {
                try deliver(output)
            }
            for report in outcome.reports {
                try deliver(report: report)
            }
        case .inspect(let query):
            for report in application.inspect(query) {
                try deliver(report: report)
            }
        }
    }

    /// A server that was started again, or an answer that was lost on the way, shows in the index.
    private mutating func noteGap(before index: UInt64?) {
        guard let index else { return }
        if let lastIndex, index != lastIndex &+ 1 {
            transport.log(
                "input \(index) follows input \(lastIndex): "
                    + "the state is not that of the server's history")
        }
        lastIndex = index
    }

    private mutating func deliver(_ output: Output) throws(LoopFailure) {
        guard output.fitsDevice else {
            try reportOversize(of: output.endpoint)
            return
        }
        json.removeAll()
        output.write(to: &json)
        try deliverMessage(to: output.endpoint)
    }

    private mutating func deliver(report: [UInt8]) throws(LoopFailure) {
        guard report.count <= OutputMessage.Limit.report else {
            try reportOversize(of: .report)
            return
        }
        json.removeAll()
        OutputMessage.write(report: report, to: &json)
        try deliverMessage(to: .report)
    }

    /// The bounds of the application exclude this. If they did not, an input could end the
    /// application for good; a report can not.
    private mutating func reportOversize(of endpoint: Endpoint) throws(LoopFailure) {
        transport.log("a payload for \(endpoint.path) is larger than the device's buffer")
        try deliver(
            report: OutputMessage.error(
                code: "outputTooLarge",
                message: "an output of this input is larger than the device's buffer"))
    }

    /// Posts `json`. A refused output is tried again a few times: it must not be lost silently.
    private mutating func deliverMessage(to endpoint: Endpoint) throws(LoopFailure) {
        var backoff = Backoff()
        while true {
            let response = try post(endpoint, json.bytes)
            if response.isSuccess { return }
            let delay = backoff.next()
            transport.log(
                "\(endpoint.path) has status \(response.status), attempt \(backoff.attempts)")
            guard backoff.attempts < Self.deliveryLimit else {
                throw .refused(endpoint, status: response.status)
            }
            transport.pause(milliseconds: delay)
        }
    }

    private mutating func post(
        _ endpoint: Endpoint, _ body: [UInt8]
    ) throws(LoopFailure) -> HTTPResponse {
        do throws(TransportError) {
            return try transport.post(endpoint, body)
        } catch {
            throw .transport(error)
        }
    }
}
