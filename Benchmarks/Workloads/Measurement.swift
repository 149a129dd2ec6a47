import CPosix

/// Tells the counting plugin where a measured part of the program begins and ends.
///
/// A mark is a system call that fails at once: the plugin looks at its number only. For every part a
/// line with its name goes to the standard error stream, in the order of the marks.
enum Measurement {
    /// Runs `work` between two marks. `units` is what the instructions are divided by: products,
    /// bytes, calls.
    @inline(never)
    static func run(_ name: String, per units: Int = 1, _ work: () -> Void) {
        mark()
        work()
        mark()
        log("\(name)|\(units)")
    }

    /// The first part of every program: what two marks cost by themselves.
    static func calibrate() {
        run("nothing") {}
    }

    /// A failure of the program itself: what is measured must also work.
    static func fail(_ reason: String) -> Never {
        log("failed: \(reason)")
        cposix_exit(1)
    }

    static func expect(_ condition: Bool, _ reason: String) {
        if !condition { fail(reason) }
    }

    static func mark() {
        var byte: UInt8 = 0
        _ = cposix_send(-1, &byte, 1)
    }

    static func log(_ text: String) {
        var bytes = Array(text.utf8)
        bytes.append(0x0A)
        cposix_log(bytes, bytes.count)
    }
}

/// Keeps results alive: what is never read could be optimised away.
struct Sink {
    private(set) var sum: UInt64 = 0

    @inline(never)
    mutating func take(_ value: Int64) {
        sum = sum &* 31 &+ UInt64(bitPattern: value)
    }
}
