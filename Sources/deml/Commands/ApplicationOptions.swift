import ArgumentParser
import Foundation

/// Which program is the application.
struct ApplicationOptions: ParsableArguments {
    @Option(
        help: "The application's executable (default: RollupApp beside this tool).",
        completion: .file())
    var app: String?

    @Flag(
        help: """
            Run the riscv64 program that scripts/guest builds, under qemu; the folder of the \
            checkout must be the current one.
            """)
    var guest = false

    /// This program, where links lead to.
    static var tool: URL {
        (Bundle.main.executableURL ?? URL(fileURLWithPath: CommandLine.arguments[0]))
            .resolvingSymlinksInPath()
    }

    /// What is to be started.
    ///
    /// Throws what the guest lacks, and the script that brings it.
    var executable: String {
        get throws {
            if let app { return app }
            guard guest else {
                return Self.tool.deletingLastPathComponent().appendingPathComponent("RollupApp")
                    .path
            }
            let runner = "scripts/guest-kit/run"
            let files = FileManager.default
            guard files.fileExists(atPath: ".build-guest/RollupApp"),
                files.isExecutableFile(atPath: runner)
            else {
                throw ValidationError(
                    "no .build-guest/RollupApp here. Run scripts/guest in the checkout, and this "
                        + "command in the same folder.")
            }
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            guard folders.contains(where: { files.isExecutableFile(atPath: "\($0)/qemu-riscv64") })
            else {
                throw ValidationError(
                    "qemu-riscv64 is not installed. Run scripts/setup qemu-user in the checkout.")
            }
            return runner
        }
    }
}
