import Foundation
import Synchronization

/// A request of the user or the system to end, made into a call on an ordinary thread.
package enum Interruption {
    /// The end of a pipe that the signal handler writes to.
    private static let wakeUp = Atomic<Int32>(-1)

    /// Calls `handler` at the first interrupt or request to terminate; a second one ends the
    /// program as usual. To be called once.
    ///
    /// The signals are handled rather than ignored, because child processes inherit what is ignored.
    package static func handle(_ handler: @escaping @Sendable () -> Void) {
        let pipe = Pipe()
        wakeUp.store(pipe.fileHandleForWriting.fileDescriptor, ordering: .releasing)
        Thread.detachNewThread {
            // A parent may have started this program with the signals blocked.
            var signals = sigset_t()
            sigemptyset(&signals)
            sigaddset(&signals, SIGINT)
            sigaddset(&signals, SIGTERM)
            pthread_sigmask(SIG_UNBLOCK, &signals, nil)
            let data = try? pipe.fileHandleForReading.read(upToCount: 1)
            // The pipe lives as long as this thread.
            withExtendedLifetime(pipe) {}
            if data?.isEmpty == false { handler() }
        }
        for number in [SIGINT, SIGTERM] {
            signal(number) { number in
                // Only what is safe inside of a signal handler.
                signal(number, SIG_DFL)
                var byte: UInt8 = 0
                _ = write(Interruption.wakeUp.load(ordering: .acquiring), &byte, 1)
            }
        }
    }
}
