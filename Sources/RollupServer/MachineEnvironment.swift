/// The variables that an application's machine is built with, as `[machine.env]` of `cartesi.toml`
/// says them: a part of what decides what comes out, so a recording keeps them beside its inputs, in
/// `machine.env`, a line `NAME=value` for each.
public struct MachineEnvironment: Equatable, Sendable {
    public static let file = "machine.env"

    /// Every variable that the application reads; each that has no value here is unset.
    private let known: [String]
    private var values: [String: String]

    /// Takes what `environment` says of the `known` variables.
    public init(known: [String], _ environment: (String) -> String?) {
        self.known = known
        values = [:]
        for name in known { values[name] = environment(name) }
    }

    /// Reads the text of a file.
    public init(known: [String], parsing text: String) throws(MachineEnvironmentError) {
        self.known = known
        values = [:]
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        // Behind the last line break is no line.
        if lines.last?.isEmpty == true { lines.removeLast() }
        for (index, line) in lines.enumerated() {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard parts.count == 2, known.contains(name) else {
                throw MachineEnvironmentError(
                    line: index + 1,
                    problem: "expected NAME=value with one of \(known.joined(separator: ", ")), "
                        + "found \"\(line)\"")
            }
            guard values.updateValue(String(parts[1]), forKey: name) == nil else {
                throw MachineEnvironmentError(
                    line: index + 1, problem: "\(name) is named a second time")
            }
        }
    }

    public subscript(name: String) -> String? {
        get { values[name] }
        set { if known.contains(name) { values[name] = newValue } }
    }

    /// Whether nothing is set.
    public var isEmpty: Bool { values.isEmpty }

    /// What the file says, in the order of the known variables.
    public var text: String {
        known.map { name in values[name].map { "\(name)=\($0)\n" } ?? "" }.joined()
    }

    /// For a process: each known variable, nil where it has to be unset.
    public var changes: [String: String?] {
        var changes: [String: String?] = [:]
        for name in known { changes.updateValue(values[name], forKey: name) }
        return changes
    }
}

/// What in a `machine.env` is not to be understood.
public struct MachineEnvironmentError: Error, Equatable, Sendable {
    /// Counted from 1.
    public let line: Int
    public let problem: String
}
