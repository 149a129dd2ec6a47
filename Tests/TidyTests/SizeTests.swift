import Testing

/// Files and functions stay small enough to be read in one go.
@Suite struct SizeTests {
    @Test func filesHaveAtMost400Lines() throws {
        let long = try SourceFile.all(in: ["Sources", "Tests"]).filter { $0.lines.count > 401 }
        #expect(long.isEmpty, "\(long.map { "\($0.path): \($0.lines.count) lines" })")
    }

    @Test func functionsHaveAtMost60Lines() throws {
        var count = 0
        for file in try SourceFile.all(in: ["Sources", "Tests"]) {
            for function in file.functions {
                count += 1
                #expect(
                    function.length <= 60,
                    "\(file.path):\(function.line): \(function.length) lines")
            }
        }
        #expect(count > 1_500)
    }
}
