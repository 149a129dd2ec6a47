import Foundation
import RollupServer
import Synchronization
import Testing

@Suite struct AppProcessTests {
    /// Runs `script` as the application of a host that waits for it.
    private func errorOfHost(running script: String) async throws -> RollupHostError? {
        let host = RollupHost()
        let url = try await host.start()
        let process = try await AppProcess(
            executable: "/bin/sh", arguments: ["-c", script], url: url, log: { _ in },
            onEnd: { await host.applicationEnded($0) })
        let error = await #expect(throws: RollupHostError.self) { try await host.waitUntilReady() }
        await process.stop()
        await host.stop()
        return error
    }

    @Test func namesTheExitStatusAndTheLastWords() async throws {
        let error = try await errorOfHost(running: "echo one >&2; printf two >&2; exit 3")
        #expect(error == .applicationEnded(.exited(status: 3, lastWords: ["one", "two"])))
        #expect(
            error?.description
                == "the application exited with status 3; its last words:\n    one\n    two")
    }

    @Test func namesTheSignal() async throws {
        let error = try await errorOfHost(running: "kill -ILL $$")
        #expect(error == .applicationEnded(.killed(signal: SIGILL, lastWords: [])))
        #expect(error?.description.contains("SIGILL") == true)
    }

    @Test func passesTheServerAddressAndTheEnvironment() async throws {
        let lines = Mutex<[String]>([])
        let ended = AsyncStream<ApplicationEnd>.makeStream()
        _ = try await AppProcess(
            executable: "/bin/sh",
            arguments: [
                "-c", "echo $ROLLUP_HTTP_SERVER_URL $DEML_PORTALS ${DEML_RENT_RECEIVER-unset}",
            ],
            url: "http://127.0.0.1:4321/x", environment: Machines.environment,
            log: { line in lines.withLock { $0.append(line) } },
            onEnd: { ended.continuation.yield($0) })
        var ends = ended.stream.makeAsyncIterator()
        #expect(
            await ends.next()
                == .exited(status: 0, lastWords: ["http://127.0.0.1:4321/x v2.1 unset"]))
        #expect(lines.withLock { $0 } == ["http://127.0.0.1:4321/x v2.1 unset"])
    }

    @Test(arguments: ["exec sleep 600", "trap '' TERM; while :; do sleep 0.05; done"])
    func stoppingLeavesNoProcessBehind(script: String) async throws {
        let process = try await AppProcess(
            executable: "/bin/sh", arguments: ["-c", script], url: "", log: { _ in },
            onEnd: { _ in })
        let id = process.processID
        await process.stop()
        #expect(kill(id, 0) == -1)
        #expect(errno == ESRCH)
        await process.stop()
    }

    @Test func saysWhatCannotBeRun() async throws {
        await #expect(throws: AppProcessError.notExecutable(path: "/nonexistent/app")) {
            try await AppProcess(
                executable: "/nonexistent/app", url: "", log: { _ in }, onEnd: { _ in })
        }
    }
}
