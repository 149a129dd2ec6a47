import HTTPTypes
import Vouchers

/// The conversation with one application, without sockets or waiting.
///
/// The owner tells it what the application called and which request is to be delivered, and does
/// what it returns. Outputs are numbered globally and never reset; a rejection takes its numbers
/// back, and what an inspect emits is numbered but dropped, as in the machine.
struct RollupSession {
    /// A request that the application has read and not finished.
    private struct Handling {
        var kind: RequestJSON.Kind
        var outputs: [Output] = []
        var reports: [[UInt8]] = []
    }

    private enum Phase {
        /// The first finish has not come.
        case starting
        /// The application waits in `/finish`.
        case waiting
        /// The application has finished everything, but its open `/finish` was lost.
        case away
        case handling(Handling)
        case ended(ApplicationEnd)
    }

    /// What the owner has to do after a `/finish`.
    enum FinishStep: Equatable {
        /// Keep the call open until there is a request. A result belongs to the request before it.
        case wait(finished: RequestResult?)
        case refuse(String)
    }

    private var phase = Phase.starting
    /// Outputs of all accepted advances.
    private(set) var outputCount: UInt64 = 0

    var isWaiting: Bool {
        if case .waiting = phase { return true }
        return false
    }

    var isHandling: Bool {
        if case .handling = phase { return true }
        return false
    }

    /// Why no further request can be delivered, if so.
    var end: ApplicationEnd? {
        if case .ended(let end) = phase { return end }
        return nil
    }

    mutating func finish(accept: Bool) -> FinishStep {
        switch phase {
        case .starting:
            guard accept else {
                phase = .ended(.firstFinishRejected)
                return .refuse("the first finish must be 'accept'")
            }
            phase = .waiting
            return .wait(finished: nil)
        case .waiting, .away:
            phase = .waiting
            return .wait(finished: nil)
        case .handling(let handling):
            phase = .waiting
            return .wait(finished: close(handling, status: accept ? .accept : .reject))
        case .ended(let end):
            return .refuse("the application has ended: it \(end)")
        }
    }

    /// Notes that nobody listens any more to the `/finish` that was open.
    mutating func loseFinish() {
        guard case .waiting = phase else { return }
        phase = .away
    }

    /// Notes that `kind` of request went to the application, which must be waiting.
    mutating func deliver(_ kind: RequestJSON.Kind) {
        guard case .waiting = phase else { return }
        phase = .handling(Handling(kind: kind))
    }

    /// The number of the output.
    mutating func emit(_ output: Output) throws(RefusedCall) -> UInt64 {
        var handling = try handled()
        let index = outputCount + UInt64(handling.outputs.count)
        handling.outputs.append(output)
        phase = .handling(handling)
        return index
    }

    mutating func report(_ payload: [UInt8]) throws(RefusedCall) {
        var handling = try handled()
        handling.reports.append(payload)
        phase = .handling(handling)
    }

    private func handled() throws(RefusedCall) -> Handling {
        guard case .handling(let handling) = phase else {
            throw RefusedCall(.badRequest, "no request is being handled")
        }
        return handling
    }

    /// The result is that of the request that was being handled, if any.
    mutating func exception(_ payload: [UInt8]) -> RequestResult? {
        let before = phase
        if case .ended = before { return nil }
        phase = .ended(.exception(payload: payload))
        guard case .handling(let handling) = before else { return nil }
        return close(handling, status: .exception(payload: payload))
    }

    /// Notes that nothing more will come; the first reason stays.
    mutating func terminate(_ end: ApplicationEnd) {
        if case .ended = phase { return }
        phase = .ended(end)
    }

    private mutating func close(
        _ handling: Handling, status: RequestResult.Status
    ) -> RequestResult {
        let first = outputCount
        guard status == .accept, handling.kind == .advance else {
            return RequestResult(
                status: status, firstOutputIndex: first, reports: handling.reports,
                droppedOutputs: handling.outputs.count)
        }
        outputCount += UInt64(handling.outputs.count)
        return RequestResult(
            status: status, outputs: handling.outputs, firstOutputIndex: first,
            reports: handling.reports)
    }
}
