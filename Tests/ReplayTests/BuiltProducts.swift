import Foundation
import Testing

/// Executables that the package builds beside its tests.
enum BuiltProducts {
    /// The path of `name`, looked for where the running test program lies and above.
    static func path(of name: String) throws -> String {
        var folder = URL(fileURLWithPath: CommandLine.arguments[0]).resolvingSymlinksInPath()
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent(name).path
            if FileManager.default.isExecutableFile(atPath: candidate) { return candidate }
        }
        return try #require(
            nil as String?, "\(name) is not built; build it with: swift build --product \(name)")
    }

    struct Result {
        let status: Int32
        let output: String
        let error: String
    }

    /// Runs `name` to its end, with `variables` in its environment; nil unsets one.
    static func run(
        _ name: String, _ arguments: [String], input: String = "",
        variables: [String: String?] = [:]
    ) throws -> Result {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try path(of: name))
        process.arguments = arguments
        var environment = ProcessInfo.processInfo.environment
        for (variable, value) in variables { environment[variable] = value }
        process.environment = environment
        // Files, because a pipe that nobody empties would block a talkative program.
        let folder = try TemporaryFolder()
        for file in ["output", "error"] { try folder.write("", to: file) }
        try folder.write(input, to: "input")
        let files = folder.url
        process.standardInput = try FileHandle(
            forReadingFrom: files.appendingPathComponent("input"))
        process.standardOutput = try FileHandle(
            forWritingTo: files.appendingPathComponent("output"))
        process.standardError = try FileHandle(
            forWritingTo: files.appendingPathComponent("error"))
        try process.run()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus,
            output: String(decoding: try folder.read("output"), as: UTF8.self),
            error: String(decoding: try folder.read("error"), as: UTF8.self))
    }
}
