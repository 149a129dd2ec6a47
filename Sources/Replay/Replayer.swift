import ABI
import JSON
import Marketplace
import Vouchers

/// A finished run of a fixture.
public struct ReplayRun: Sendable {
    public let fixture: String
    /// What it ran against.
    public let target: String
    public let outcomes: [RecordedOutcome]
    public let outputCount: UInt64
    /// Root over all outputs after the last input.
    public let root: Bytes32
    public let chronicle: Chronicle
    /// What was not as recorded, in the order of the inputs.
    public let differencesFromRecording: [Difference]
    /// What was not as the story tells.
    public let differencesFromStory: [Difference]

    public var recording: Fixture.Recording {
        Fixture.Recording(outcomes: outcomes, root: root)
    }

    public var differences: [Difference] { differencesFromRecording + differencesFromStory }
}

/// Runs fixtures and compares what comes out with what was recorded and told.
public enum Replayer {
    /// Runs all inputs of `fixture` against `target`. `progress` gets the number of inputs done.
    ///
    /// A difference does not stop the run. Throws what `target` throws when it cannot go on.
    public static func run(
        _ fixture: Fixture, on target: some ReplayTarget, configuration: Configuration,
        progress: (Int) -> Void = { _ in }
    ) async throws -> ReplayRun {
        var outcomes: [RecordedOutcome] = []
        var tree = OutputsTree()
        var chronicle = Chronicle(
            fixture: fixture.name, story: fixture.story, portals: configuration.contracts.portals)
        var fromRecording: [Difference] = []
        var fromStory: [Difference] = []
        var final = FinalCheck(fixture.story)
        try await target.run(fixture.inputs + (final?.queries ?? [])) { outcome in
            let index = outcomes.count
            guard index < fixture.inputs.count else {
                final?.take(outcome)
                return
            }
            outcomes.append(outcome)
            for recorded in outcome.outputs { tree.append(recorded.output) }
            chronicle.add(
                line: index + 1, request: fixture.inputs[index], outcome: outcome)
            if let recording = fixture.recording {
                fromRecording += recording.outcomes[index].differences(
                    from: outcome, line: index + 1)
            }
            if let story = fixture.story {
                fromStory += StoryCheck(story: story).differences(in: outcome, line: index + 1)
            }
            progress(index + 1)
        }
        fromStory += final?.differences ?? []
        let root = tree.root
        if let recording = fixture.recording, recording.root != root {
            fromRecording.append(
                Difference(
                    line: nil, subject: "outputs root after the last input",
                    expected: Hex.string(recording.root.bytes), found: Hex.string(root.bytes)))
        }
        return ReplayRun(
            fixture: fixture.name, target: target.name, outcomes: outcomes,
            outputCount: tree.count, root: root, chronicle: chronicle,
            differencesFromRecording: fromRecording, differencesFromStory: fromStory)
    }
}

extension ReplayRun {
    /// One object that says how the run went, for programs.
    public var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("fixture", fixture)
        writer.string("target", target)
        writer.number("inputs", UInt64(outcomes.count))
        writer.number("outputs", outputCount)
        writer.hex("root", root.bytes)
        writer.beginArray("differences")
        for difference in differences {
            writer.beginObject()
            writer.number("line", difference.line.map { UInt64($0) })
            writer.string("subject", difference.subject)
            writer.string("expected", difference.expected)
            writer.string("found", difference.found)
            writer.endObject()
        }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
