/// The phases of a job as inspect names them, which is their raw value.
public enum PhaseName: String, CaseIterable, Sendable {
    case filling
    case open
    case commit
    case data
    case claim
    case reveal
    case score
    case settled
    case cancelled
    case defaulted

    /// The phase with this name.
    init?(_ text: [UInt8]) {
        for phase in PhaseName.allCases where phase.rawValue.utf8.elementsEqual(text) {
            self = phase
            return
        }
        return nil
    }

    /// Its place in lists that have one entry for each phase.
    var place: Int { PhaseName.allCases.firstIndex(of: self) ?? 0 }
}

extension Job {
    /// The phase as stored: the one that the last message left the job in.
    public var storedPhase: PhaseName {
        switch phase {
        case .filling: return .filling
        case .open: return .open
        case .commit: return .commit
        case .data: return .data
        case .claim: return .claim
        case .reveal, .gather: return .reveal
        case .score: return .score
        }
    }

    /// When the window that is open ends; nil while only scores, or nothing but the job's own end,
    /// are waited for.
    var windowEnd: UInt64? {
        switch phase {
        case .filling(let phase): return phase.deadline
        case .open(let phase): return phase.isOver ? nil : phase.closesAt
        case .commit(let phase): return phase.closesAt
        case .data(let phase): return phase.evaluation == nil ? phase.deadline : nil
        case .claim(let phase): return phase.closesAt
        case .reveal(let phase): return phase.isOver ? nil : phase.closesAt
        case .gather(let phase): return phase.closesAt
        case .score: return nil
        }
    }

    /// The next time at which time alone changes the job.
    public var nextDeadline: UInt64 { min(windowEnd ?? .max, endsBy) }
}

extension UInt64 {
    /// A later time, in seconds. Saturates: a block time near 2^64 is not one of a real chain, and
    /// then a window that never ends is as good as any.
    func later(by seconds: UInt64) -> UInt64 {
        let (sum, overflow) = addingReportingOverflow(seconds)
        return overflow ? .max : sum
    }
}
