import Vouchers

/// The rollup as an application sees it: requests come, outputs and reports go.
///
/// The words are those of the machine's device. `HTTPDevice` speaks them to the server that stands
/// before it; a replay speaks them without either.
public protocol RollupDevice {
    /// Accepts the request that was handled last, and waits for the next. The first call has nothing
    /// to accept, and says accept: the machine's template must stop in that state. Nothing that the
    /// rollup hands over fails here: what is no request comes as the reason why.
    mutating func next() throws(DeviceFailure) -> Result<RollupRequest, RequestError>

    /// Hands over a voucher of either kind or a notice, which `OutputLimit` admits.
    mutating func emit(_ output: Output) throws(DeviceFailure)

    /// Hands over a report, which `OutputLimit` admits.
    mutating func report(_ payload: [UInt8]) throws(DeviceFailure)

    /// Tells the operator something, in one line; it is no part of the application's results.
    mutating func log(_ line: String)
}

/// Why a device is of no more use. Going on would let the application and the rollup disagree about
/// what was delivered: every later output index would be wrong.
public enum DeviceFailure: Error, Equatable, Sendable {
    case transport(TransportError)
    /// The server refused an output each time; its last status.
    case refused(Endpoint, status: Int)
    /// There are no more requests, in a replay.
    case ended

    /// One line for the operator.
    public var message: String {
        switch self {
        case .transport(let error):
            error.message
        case .refused(let endpoint, let status):
            "the server refuses \(endpoint.path) with status \(status)"
        case .ended:
            "there are no more requests"
        }
    }
}

/// Bytes of a payload that the machine's 2 MiB buffer has room for beside its encoding.
public enum OutputLimit {
    /// Beside a selector, a destination, a value, an offset and a length.
    public static var voucher: Int { 2_096_992 }
    /// Beside a selector, a destination, an offset and a length.
    public static var delegateCallVoucher: Int { 2_097_024 }
    /// Beside a selector, an offset and a length.
    public static var notice: Int { 2_097_056 }
    /// Reports are not encoded.
    public static var report: Int { 2_097_152 }

    static func admits(_ output: Output) -> Bool {
        switch output {
        case .voucher(_, _, let payload): payload.count <= voucher
        case .delegateCallVoucher(_, let payload): payload.count <= delegateCallVoucher
        case .notice(let payload): payload.count <= notice
        }
    }
}
