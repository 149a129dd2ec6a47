import Foundation

/// Signals that end a program, and that the Swift runtime handles to say where it was.
///
/// After that it lets the program go on, into the same fault again, which then ends it. Nothing comes
/// again where there was no fault, as when someone else sent the signal: the program would go on.
enum FaultSignals {
    /// What the runtime had installed, the same for all of them. Written once, before any comes.
    private nonisolated(unsafe) static var ofTheRuntime = sigaction()

    /// Sees to it that each of them ends the program: at once when it is sent by another process or
    /// is the keyboard's, and after the runtime's words when it is a fault.
    static func endTheProgram() {
        for number in [SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV] {
            var action = sigaction()
            // What is ignored or left to the system stays so.
            guard sigaction(number, nil, &action) == 0, action.sa_flags & SA_SIGINFO != 0 else {
                continue
            }
            ofTheRuntime = action
            action.__sigaction_handler.sa_sigaction = { number, info, context in
                if number != SIGQUIT, let info, info.pointee.si_code != SI_USER {
                    FaultSignals.ofTheRuntime.__sigaction_handler.sa_sigaction(
                        number, info, context)
                } else {
                    signal(number, SIG_DFL)
                    // Held back until the handler returns.
                    raise(number)
                }
            }
            sigaction(number, &action, nil)
        }
    }
}
