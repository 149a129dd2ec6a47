import ABI
import CoreCommands
import Foundation
import Marketplace
import Rollup
import RollupServer
import Terminal
import Vouchers

/// A recorded run: a folder with `inputs.jsonl`, and once recorded `expected.jsonl` and `root.txt`;
/// `story.json` tells who is who and what should happen, `machine.env` what the machine was built
/// with.
public struct Fixture: Sendable {
    public let folder: String
    /// Each line is what the application reads as the answer to a finish.
    public let inputs: [[UInt8]]
    /// What was recorded, or nil when nothing was.
    public let recording: Recording?
    public let story: Story?
    /// Of the machine that the inputs are for; nil when it is not said.
    public let environment: MachineEnvironment?

    public var name: String { URL(fileURLWithPath: folder, isDirectory: true).lastPathComponent }

    /// What a run must reproduce.
    public struct Recording: Equatable, Sendable {
        /// One for each input.
        public var outcomes: [RecordedOutcome]
        /// Root of the Merkle tree over all outputs after the last input.
        public var root: Bytes32

        public init(outcomes: [RecordedOutcome], root: Bytes32) {
            self.outcomes = outcomes
            self.root = root
        }
    }

    /// Loads the folder at `path`.
    ///
    /// With `ignoringRecording` the recorded outcomes are not even read, so that a broken recording
    /// can be replaced. Throws `FixtureError`, which names the file and the line.
    public init(path: String, ignoringRecording: Bool = false) throws(FixtureError) {
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
            isDirectory.boolValue
        else {
            throw FixtureError(
                file: path, problem: "there is no such folder",
                advice: "Name a folder that has an inputs.jsonl.")
        }
        folder = path
        inputs = try Self.loadInputs(folder)
        recording =
            ignoringRecording ? nil : try Self.loadRecording(folder, inputCount: inputs.count)
        story = try Story.load(from: folder, lineCount: inputs.count)
        environment = try Self.loadEnvironment(folder)
    }

    /// The release of the contracts that the inputs are of, by the portals among their senders; nil
    /// when there are none, or those of several releases.
    public var release: ContractsRelease? {
        var found: Set<ContractsRelease> = []
        for line in inputs {
            guard case .advance(let input)? = try? RollupRequest(parsingJSON: line),
                let sender = input.metadata.messageSender
            else { continue }
            for (portal, release) in AddressBook.portals where portal == sender {
                found.insert(release)
            }
        }
        return found.count == 1 ? found.first : nil
    }

    /// Writes `expected.jsonl` and `root.txt`.
    public func save(_ recording: Recording) throws(FixtureError) {
        let lines = recording.outcomes.flatMap { $0.json + [UInt8(ascii: "\n")] }
        do throws(ToolFailure) {
            try Files.write(lines, to: "\(folder)/\(Self.expectedFile)")
            try Files.write(
                Array((Hex.string(recording.root.bytes) + "\n").utf8),
                to: "\(folder)/\(Self.rootFile)")
        } catch {
            throw FixtureError(file: folder, problem: error.message)
        }
    }

    static let inputsFile = "inputs.jsonl"
    static let expectedFile = "expected.jsonl"
    static let rootFile = "root.txt"

    private static func loadInputs(_ folder: String) throws(FixtureError) -> [[UInt8]] {
        let file = "\(folder)/\(inputsFile)"
        guard let data = try read(file) else {
            throw FixtureError(
                file: file, problem: "the file is missing",
                advice: "A fixture has one /finish answer in each line of \(inputsFile).")
        }
        let lines = lines(of: data)
        for (index, line) in lines.enumerated() where line.isEmpty {
            throw FixtureError(
                file: file, line: index + 1, problem: "the line is empty",
                advice: "Remove it: each line is one input.")
        }
        return lines
    }

    private static func loadRecording(
        _ folder: String, inputCount: Int
    ) throws(FixtureError) -> Recording? {
        let expected = "\(folder)/\(expectedFile)"
        let rootFile = "\(folder)/\(rootFile)"
        let expectedData = try read(expected)
        let rootData = try read(rootFile)
        guard let expectedData, let rootData else {
            if expectedData == nil, rootData == nil { return nil }
            throw FixtureError(
                file: expectedData == nil ? expected : rootFile,
                problem: "the file is missing, though the other half of the recording is there",
                advice: advice)
        }
        var outcomes: [RecordedOutcome] = []
        for (index, line) in lines(of: expectedData).enumerated() {
            do throws(RecordingError) {
                outcomes.append(try RecordedOutcome(json: line))
            } catch {
                throw FixtureError(
                    file: expected, line: index + 1, problem: "\(error)", advice: advice)
            }
        }
        guard outcomes.count == inputCount else {
            throw FixtureError(
                file: expected,
                problem: "expected \(inputCount) lines, as in \(inputsFile), "
                    + "found \(outcomes.count)",
                advice: advice)
        }
        guard let root = root(from: rootData) else {
            throw FixtureError(
                file: rootFile,
                problem: "expected 0x, 64 lower-case hexadecimal digits and a line break",
                advice: advice)
        }
        return Recording(outcomes: outcomes, root: root)
    }

    private static func loadEnvironment(
        _ folder: String
    ) throws(FixtureError) -> MachineEnvironment? {
        let file = "\(folder)/\(MachineEnvironment.file)"
        guard let data = try read(file) else { return nil }
        do throws(MachineEnvironmentError) {
            return try MachineEnvironment(
                known: Configuration.variables, parsing: String(decoding: data, as: UTF8.self))
        } catch {
            throw FixtureError(file: file, line: error.line, problem: error.problem)
        }
    }

    private static let advice = "Restore it, or record it again with: deml replay --record"

    private static func root(from bytes: [UInt8]) -> Bytes32? {
        guard bytes.count == 67, let decoded = Hex.decode(bytes, in: 0..<66),
            let root = Bytes32(decoded), Array((Hex.string(decoded) + "\n").utf8) == bytes
        else { return nil }
        return root
    }

    /// The lines of `data`; only one line break at the end is not the start of another line.
    private static func lines(of data: [UInt8]) -> [[UInt8]] {
        var lines = data.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines.map { Array($0) }
    }

    /// The bytes of `file`, or nil when there is none.
    static func read(_ file: String) throws(FixtureError) -> [UInt8]? {
        guard FileManager.default.fileExists(atPath: file) else { return nil }
        do throws(ToolFailure) {
            return try Files.read(file)
        } catch {
            throw FixtureError(file: file, problem: error.message)
        }
    }
}

/// What is wrong with a fixture, where, and what to do about it.
public struct FixtureError: Error, Equatable, Sendable, CustomStringConvertible {
    public let file: String
    /// Counted from 1.
    public let line: Int?
    public let problem: String
    public let advice: String?

    init(file: String, line: Int? = nil, problem: String, advice: String? = nil) {
        self.file = file
        self.line = line
        self.problem = problem
        self.advice = advice
    }

    public var description: String {
        let place = line.map { "\(file):\($0)" } ?? file
        return "\(place): \(problem)" + (advice.map { "\n  \($0)" } ?? "")
    }
}
