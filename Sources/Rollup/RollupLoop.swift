import JSON
import Vouchers

/// Asks for requests, has them handled, delivers what they caused, for ever.
///
/// Every request is accepted: today's nodes end an application that raises an exception or exits,
/// and drop the reports of a rejected input. The order is outputs, then reports, each in their own
/// order.
public struct RollupLoop<App: Application, Device: RollupDevice> {
    /// The state machine, which the loop alone advances.
    public private(set) var application: App
    /// Where requests come from and what they cause goes.
    public private(set) var device: Device
    private var lastIndex: UInt64?

    /// Nothing is asked for before `run`.
    public init(application: App, device: Device) {
        self.application = application
        self.device = device
    }

    /// Runs until it must stop, and says why.
    public mutating func run() -> DeviceFailure {
        do throws(DeviceFailure) {
            while true {
                switch try device.next() {
                case .success(.advance(let input)): try advance(input)
                case .success(.inspect(let query)): try inspect(query)
                case .failure(let error): try answer(error)
                }
            }
        } catch {
            return error
        }
    }

    private mutating func advance(_ input: Input) throws(DeviceFailure) {
        noteGap(before: input.metadata.inputIndex)
        let outcome = application.advance(input)
        for output in outcome.outputs {
            guard OutputLimit.admits(output) else {
                try reportOversize(of: output.endpoint)
                continue
            }
            try device.emit(output)
        }
        for report in outcome.reports { try deliver(report) }
    }

    private mutating func inspect(_ query: [UInt8]) throws(DeviceFailure) {
        for report in application.inspect(query) { try deliver(report) }
    }

    /// What is no request is accepted, with a report about why.
    private mutating func answer(_ error: RequestError) throws(DeviceFailure) {
        device.log("\(error.message) (\(error.code))")
        try deliver(
            Self.errorReport(code: error.code, message: error.message, at: error.offset))
    }

    /// A server that was started again, or an answer that was lost on the way, shows in the index.
    private mutating func noteGap(before index: UInt64?) {
        guard let index else { return }
        if let lastIndex, index != lastIndex &+ 1 {
            device.log(
                "input \(index) follows input \(lastIndex): "
                    + "the state is not that of the server's history")
        }
        lastIndex = index
    }

    private mutating func deliver(_ report: [UInt8]) throws(DeviceFailure) {
        guard report.count <= OutputLimit.report else {
            try reportOversize(of: .report)
            return
        }
        try device.report(report)
    }

    /// The bounds of the application exclude this. If they did not, an input could end the
    /// application for good; a report can not.
    private mutating func reportOversize(of endpoint: Endpoint) throws(DeviceFailure) {
        device.log("a payload for \(endpoint.path) is larger than the device's buffer")
        try device.report(
            Self.errorReport(
                code: "outputTooLarge",
                message: "an output of this input is larger than the device's buffer"))
    }

    /// The report about something that is not the application's: its codes are beside those of the
    /// application, in the same form.
    private static func errorReport(
        code: StaticString, message: StaticString, at offset: Int? = nil
    ) -> [UInt8] {
        JSONWriter.error(
            code: "\(code)", message: "\(message)",
            at: offset.map { .byte(UInt64(clamping: $0)) })
    }
}
