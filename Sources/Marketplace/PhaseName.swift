/// The phases of a job as inspect names them.
public enum PhaseName: Int, CaseIterable, Sendable {
    case filling
    case open
    case settled
    case cancelled

    public var name: StaticString {
        switch self {
        case .filling: return "filling"
        case .open: return "open"
        case .settled: return "settled"
        case .cancelled: return "cancelled"
        }
    }

    /// The phase with this name.
    public init?(_ text: [UInt8]) {
        for phase in PhaseName.allCases where phase.name.description.utf8.elementsEqual(text) {
            self = phase
            return
        }
        return nil
    }
}

extension Job {
    /// The phase as stored: the one that the last message left the job in.
    public var storedPhase: PhaseName {
        switch phase {
        case .filling: return .filling
        case .open: return .open
        }
    }

    /// The phase that the job is in at `now`, whether or not a message has rolled it there.
    /// Windows are half-open: at its deadline a window is over.
    public func phase(at now: UInt64) -> PhaseName {
        switch phase {
        case .filling(let filling):
            return now < filling.deadline ? .filling : .cancelled
        case .open(let open):
            return now < open.closesAt || open.isScoring ? .open : .settled
        }
    }

    /// When the stored phase ends by itself.
    public var nextDeadline: UInt64 {
        switch phase {
        case .filling(let filling): return filling.deadline
        case .open(let open): return open.closesAt
        }
    }
}

extension UInt64 {
    /// A later time, in seconds. Saturates: a block time near 2^64 is not one of a real chain, and
    /// then a window that never ends is as good as any.
    func later(by seconds: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(seconds)
        return overflow ? .max : sum
    }
}
