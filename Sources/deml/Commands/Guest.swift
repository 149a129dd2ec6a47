import ArgumentParser
import Foundation

/// The riscv64 program on this machine; the folder of the checkout must be the current one.
enum Guest {
    /// What runs it under qemu.
    ///
    /// Throws what is missing, and the script that brings it.
    static var runner: String {
        get throws {
            let runner = "scripts/guest-kit/run"
            guard FileManager.default.fileExists(atPath: ".build-guest/RollupApp"),
                FileManager.default.isExecutableFile(atPath: runner)
            else {
                throw ValidationError(
                    "no .build-guest/RollupApp here. Run scripts/guest in the checkout, and this "
                        + "command in the same folder.")
            }
            let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            guard
                folders.contains(where: {
                    FileManager.default.isExecutableFile(atPath: "\($0)/qemu-riscv64")
                })
            else {
                throw ValidationError(
                    "qemu-riscv64 is not installed. Run scripts/guest-kit/install qemu-user in the "
                        + "checkout.")
            }
            return runner
        }
    }
}
