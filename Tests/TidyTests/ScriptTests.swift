import Foundation
import TestSupport
import Testing

/// Who is told to run a script finds it.
@Suite struct ScriptTests {
    @Test func everyScriptThatIsNamedIsThere() throws {
        var named: Set<String> = []
        for file in try SourceFile.all(in: ["Sources", "Tests"]) {
            for line in file.lines {
                for match in line.matches(of: /\bscripts\/[a-z][a-z\/-]*[a-z]/) {
                    named.insert(String(match.output))
                }
            }
        }
        #expect(named.count > 3)
        let missing = named.filter {
            !FileManager.default.fileExists(
                atPath: Places.repository.appendingPathComponent($0).path)
        }
        #expect(missing.sorted() == [])
    }
}
