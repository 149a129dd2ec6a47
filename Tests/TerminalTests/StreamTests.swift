import Foundation
import Terminal
import Testing

/// A standard stream that fails is one sentence and a status: never a trap, never success.
@Suite struct StreamTests {
    private struct Outcome {
        let status: Int32
        let text: String
    }

    private static let folder = URL(fileURLWithPath: CommandLine.arguments[0])
        .resolvingSymlinksInPath()

    /// Where the tool was built: beside the test program, or above it.
    private static func tool() throws -> String {
        var folder = Self.folder
        for _ in 0..<4 {
            folder.deleteLastPathComponent()
            let path = folder.appendingPathComponent("deml").path
            if FileManager.default.isExecutableFile(atPath: path) { return path }
        }
        return try #require(nil as String?, "deml is not built")
    }

    /// Runs a line of shell in which `deml` is the tool, with its standard error at hand.
    private static func run(_ line: String) throws -> Outcome {
        let folder = try Folder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = [
            "-c", "deml() { '\(try tool())' \"$@\"; }; cd '\(folder.path)'; \(line)",
        ]
        // An engine needs to know for which contracts it is.
        process.environment = ProcessInfo.processInfo.environment
            .merging(["DEML_PORTALS": "v2.1"]) { $1 }
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return Outcome(status: process.terminationStatus, text: text)
    }

    @Test(arguments: [
        ("deml keccak 0x >/dev/full", "standard output cannot be written to: No space left"),
        ("deml keccak 0x >&-", "standard output cannot be written to: Bad file descriptor"),
        ("echo x >f; deml cid f >&-", "standard output cannot be written to: Bad file descriptor"),
        ("deml abi-json >/dev/full", "standard output cannot be written to: No space left"),
        ("deml --help >/dev/full", "standard output cannot be written to: No space left"),
        ("deml keccak --batch <&-", "standard input cannot be read: Bad file descriptor"),
        ("deml keccak --batch </tmp", "standard input cannot be read: Is a directory"),
        ("deml run --batch </tmp", "standard input cannot be read: Is a directory"),
        ("echo '{}' | deml keccak --batch >/dev/full", "No space left"),
        ("echo '{}' | deml run --batch >/dev/full", "No space left"),
        ("deml cid - <&-", "standard input cannot be read: Bad file descriptor"),
        ("deml cid - - </dev/null", "standard input can be read only once"),
        ("deml cid \"$(printf 'a\\377')\"", "argument 2 is not UTF-8"),
        ("deml cid /tmp", "\"/tmp\" cannot be read: Is a directory"),
        ("echo 0x | deml recover - -", "standard input can be read only once"),
        ("printf '\\377' | deml keccak -", "standard input is not UTF-8"),
        ("deml node --state /dev/null/x", "\"/dev/null/x\" cannot be made: Not a directory"),
        ("deml node --port 99999", "'99999' is invalid for '--port"),
        ("deml node --web .", "--web: . has no index.html"),
        ("mkdir s; echo x >s/chain.json; deml node --state s", "s/chain.json: this is not what"),
        (
            "trap '' PIPE; { sleep 0.3; deml abi-json; echo $? >s; } 3>&2 | true; exit $(cat s)",
            "standard output cannot be written to: Broken pipe"
        ),
    ])
    func aFailureIsASentenceAndAStatus(line: String, sentence: String) throws {
        let outcome = try Self.run(line)
        #expect([1, 64].contains(outcome.status) && outcome.text.contains(sentence), "\(outcome)")
    }

    /// `-` is standard input and output in every command.
    @Test(arguments: [
        "echo 0x | deml keccak - | grep -q 0xc5d2460186f7 && echo hello",
        "echo '[7]' | deml abi encode '(uint8)' - | deml abi decode '(uint8)' - | grep -q 7 && echo hello",
        "echo 'f()' | deml abi selector - | grep -q 0x26121ff0 && echo hello",
        "echo hello | deml cid - | cut -d ' ' -f 1 | deml cid --explain - | grep -q sha2 && echo hello",
        "echo '{\"arch\":\"-\"}' | deml score --batch | grep -q 'model' && echo hello",
        "echo hello | deml car pack - -o - | deml car unpack - -o -",
        "echo hello >f; deml car pack f -o c >/dev/null; deml car unpack c -o /dev/stdout | head -n 1",
        """
        echo '{"input":[2],"layers":[{"type":"dense","outputs":1}],"head":"identity"}' \
        | deml pack arch - -o - | deml pack describe - | grep -q '"input":\\[2\\]' && echo hello
        """,
    ])
    func aDashIsAStandardStream(line: String) throws {
        let outcome = try Self.run(line)
        #expect(outcome.status == 0 && outcome.text.hasPrefix("hello\n"), "\(outcome)")
    }

    /// A folder's name is bytes: what is in it is found and written whatever they are.
    @Test(arguments: [
        ": >inputs.jsonl; deml replay --quiet --record . && grep -c 0x root.txt",
        "echo x >f; deml car pack f -o c >/dev/null; deml car unpack c -o g >/dev/null; wc -l <g",
    ])
    func aFolderMayHaveAnyName(line: String) throws {
        let outcome = try Self.run("d=$(printf 'a\\377'); mkdir \"$d\"; cd \"$d\"; \(line)")
        #expect(outcome.status == 0 && outcome.text == "1\n", "\(outcome)")
    }

    @Test func colourIsForTerminalsWhoseOwnerWantsIt() {
        func colour(_ variables: [String: String], isTerminal: Bool = true) -> Bool {
            Terminal.takesColour(isTerminal: isTerminal) { variables[$0] }
        }
        #expect(colour([:]) && colour(["NO_COLOR": "", "TERM": "xterm"]))
        #expect(!colour(["NO_COLOR": "1"]) && !colour(["TERM": "dumb"]))
        #expect(!colour([:], isTerminal: false))
    }
}
