/// The state machine behind the loop. Both calls are total: they neither fail nor end the process.
public protocol Application {
    /// Handles an input; it is always accepted.
    mutating func advance(_ input: Input) -> Outcome

    /// Answers a question about the state with the payloads of reports.
    mutating func inspect(_ query: [UInt8]) -> [[UInt8]]
}
