import JSON
import Vouchers

/// The rollup behind an HTTP server: the JSON of today's nodes, over any transport.
public struct HTTPDevice<Link: Transport>: RollupDevice {
    /// Attempts to deliver one output that the server refuses.
    private static var deliveryLimit: Int { 6 }
    /// Between an answer that there is no request yet and the next question.
    private static var idlePause: UInt32 { 10 }

    /// The way to the server.
    public private(set) var transport: Link
    private var json = JSONWriter()
    private let finishMessage: [UInt8]

    /// Nothing is sent before `next`.
    public init(_ transport: Link) {
        self.transport = transport
        var json = JSONWriter()
        OutputMessage.writeFinish(to: &json)
        finishMessage = json.bytes
    }

    /// Asks until there is a request.
    public mutating func next() throws(DeviceFailure) -> Result<RollupRequest, RequestError> {
        let body = try nextRequest()
        return Result { () throws(RequestError) in try RollupRequest(parsingJSON: body) }
    }

    /// Posts a voucher or notice; one that the server refuses is tried again a few times.
    public mutating func emit(_ output: Output) throws(DeviceFailure) {
        json.removeAll()
        output.write(to: &json)
        try deliverMessage(to: output.endpoint)
    }

    /// Posts a report; one that the server refuses is tried again a few times.
    public mutating func report(_ payload: [UInt8]) throws(DeviceFailure) {
        json.removeAll()
        OutputMessage.write(report: payload, to: &json)
        try deliverMessage(to: .report)
    }

    /// Writes to the operator's log.
    public mutating func log(_ line: String) {
        transport.log(line)
    }

    /// Posts `/finish` until there is a request.
    private mutating func nextRequest() throws(DeviceFailure) -> [UInt8] {
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

    /// Posts `json`. A refused output is tried again a few times: it must not be lost silently.
    private mutating func deliverMessage(to endpoint: Endpoint) throws(DeviceFailure) {
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
    ) throws(DeviceFailure) -> HTTPResponse {
        do throws(TransportError) {
            return try transport.post(endpoint, body)
        } catch {
            throw .transport(error)
        }
    }
}
