/// Time and diagnostics, which the loop and the transport do not own.
public protocol Surroundings {
    /// Waits before the next attempt.
    mutating func pause(milliseconds: UInt32)

    /// Tells the operator something, in one line; it is no part of the application's results.
    mutating func log(_ line: String)
}

/// Ever longer pauses between attempts, and fewer lines about them.
struct Backoff {
    static var shortest: UInt32 { 50 }
    static var longest: UInt32 { 2_000 }

    private(set) var attempts = 0
    private var milliseconds = Backoff.shortest

    /// Counts a failed attempt and gives the pause before the next one.
    mutating func next() -> UInt32 {
        let result = milliseconds
        attempts &+= 1
        milliseconds = min(2 &* milliseconds, Backoff.longest)
        return result
    }

    /// Attempt 1, 2, 4, 8 and so on: a server that never comes up does not fill the log.
    var isWorthALine: Bool { attempts & (attempts &- 1) == 0 }
}
