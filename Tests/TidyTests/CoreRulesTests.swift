import Testing

/// A rule of the core that a compiler does not enforce, as a pattern of what breaks it, with lines
/// that break it and lines that do not.
struct CoreRule: Sendable, CustomTestStringConvertible {
    let name: String
    let pattern: String
    let broken: [String]
    let kept: [String]

    var testDescription: String { name }

    static let all = [
        CoreRule(
            name: "imports nothing of the host",
            pattern: #"\bimport (Foundation|Glibc|Dispatch|Synchronization|RegexBuilder)\b"#,
            broken: ["import Foundation", "public import Glibc"], kept: ["import CPosix"]),
        CoreRule(
            name: "has no floating point",
            pattern: #"\b(Float|Double|Float16|Float32|Float64|CGFloat)\b"#,
            broken: ["let x: Double = 1", "Float(y)"], kept: ["let doubled = 2 &* x // Double"]),
        CoreRule(
            name: "has no clock",
            pattern: #"\b(Date|Clock|DispatchTime)\b"#,
            broken: ["let now = Date()"], kept: ["let update = 1", "/// A Date is no time."]),
        CoreRule(
            name: "has no chance",
            pattern: #"\bSystemRandomNumberGenerator\b|\.random\(|\.shuffled\("#,
            broken: ["Int.random(in: 0..<5)", "list.shuffled()"], kept: ["prevRandao"]),
        CoreRule(
            name: "throws typed errors only",
            pattern: #"\b(throws|rethrows)\b(?!\()"#,
            broken: ["func f() throws -> Int {", "func g() rethrows {"],
            kept: ["func f() throws(Refusal) -> Int {"]),
        CoreRule(
            name: "has no existentials",
            pattern: #"\bany [A-Z]|\bAnyHashable\b|: Any\b"#,
            broken: ["let x: any Error", "var y: Any = 1"], kept: ["// any Error", "some Link"]),
        CoreRule(
            name: "forces nothing",
            pattern: #"\btry!|\bas!|\bfatalError\(|[\w\])]!([ .,)\]]|$)"#,
            broken: ["try! f()", "list.first!", "x as! Y", "f(a!, b)"],
            kept: ["if !isDone, a != b {", "let text = \"no!\""]),
    ]
}

@Suite struct CoreRulesTests {
    static let core = [
        "Sources/ABI", "Sources/JSON", "Sources/Content", "Sources/Archive", "Sources/Verifier",
        "Sources/Vouchers",
        "Sources/Marketplace", "Sources/Rollup", "Sources/Machine", "Sources/RollupApp",
        "Sources/CoreCommands", "Sources/CoreChecks",
    ]

    @Test(arguments: CoreRule.all) func theCoreKeeps(rule: CoreRule) throws {
        let files = try SourceFile.all(in: Self.core)
        #expect(files.count > 100)
        let found = try files.flatMap { try $0.places(of: rule.pattern) }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    /// A rule that finds nothing where it is broken defends nothing.
    @Test(arguments: CoreRule.all) func theRuleSeesWhatBreaksIt(rule: CoreRule) throws {
        for line in rule.broken {
            let file = SourceFile(path: "planted", text: line)
            #expect(try file.places(of: rule.pattern).count == 1, "\(line)")
        }
        let file = SourceFile(path: "planted", text: rule.kept.joined(separator: "\n"))
        #expect(try file.places(of: rule.pattern) == [])
    }

    /// The preconditions that there are say what a programmer must have proved: data and models are
    /// validated before they get there.
    @Test func preconditionsAreTheVerifiersOwn() throws {
        let found = try SourceFile.all(in: Self.core)
            .filter { !$0.path.hasPrefix("Sources/Verifier/") }
            .flatMap { try $0.places(of: #"\bprecondition(Failure)?\("#) }
        #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
    }

    /// The order of a Dictionary or a Set differs from process to process.
    @Test func iteratesNothingUnordered() throws {
        for file in try SourceFile.all(in: Self.core) {
            let found = try file.unorderedWalks()
            #expect(found.isEmpty, "\(found.joined(separator: "\n"))")
        }
        let planted = SourceFile(
            path: "planted", text: "var seen: Set<Int> = []\nfor one in seen { use(one) }")
        #expect(try planted.unorderedWalks().count == 1)
    }
}

extension SourceFile {
    /// What is declared as a Dictionary or a Set.
    fileprivate var unorderedNames: [String] {
        code.compactMap { line in
            line.firstMatch(of: /\b(?:var|let) (\w+): (?:\[\w+: |Set<)/).map { String($0.output.1) }
        }
    }

    fileprivate func unorderedWalks() throws -> [String] {
        try unorderedNames.flatMap { name in
            try places(
                of: "\\bin (self\\.)?\(name)\\b *(\\{|where|\\.(keys|values|enumerated))"
                    + "|\\b\(name)\\.(keys|values|map|filter|reduce|sorted|forEach|first\\b"
                    + "|compactMap|flatMap|min|max|randomElement|popFirst|removeFirst)")
        }
    }
}
