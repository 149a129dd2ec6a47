import Foundation
import TestSupport
import Testing

/// What is declared is used, and not by tests alone.
@Suite struct DeadCodeTests {
    /// Names that are there for somebody else: the slow twins that tests compare kernels with, what a
    /// test waits for, and what the language or a library calls by itself.
    private static let spoken: Set = [
        "ReferenceKernels", "isApplicationWaiting", "callAsFunction", "Program", "InboundIn",
        "InboundOut", "OutboundIn", "OutboundOut", "channelRead", "channelInactive", "handlerAdded",
        "userInboundEventTriggered",
    ]

    /// The words of a line without its comment.
    private static func words(of line: String) -> [Substring.UTF8View] {
        let code = line.utf8.prefix(
            line.firstRange(of: "//").map {
                line.utf8.distance(from: line.startIndex, to: $0.lowerBound)
            } ?? line.utf8.count)
        return code.split { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
                false
            default: byte < 0x80
            }
        }
    }

    @Test func everyDeclarationIsUsed() throws {
        let introducers: Set = [
            "func", "var", "let", "struct", "enum", "class", "actor", "protocol", "typealias",
        ]
        var uses: [String: Int] = [:]
        var declared: [(name: String, place: String)] = []
        let own = try SourceFile.all(in: ["Sources"])
        for file in try own + SourceFile.all(in: ["Benchmarks", "Fuzz/Sources"]) {
            for (index, line) in file.lines.enumerated() {
                let words = Self.words(of: line).map { String(Substring($0)) }
                for word in words { uses[word, default: 0] += 1 }
                guard file.path.hasPrefix("Sources/") else { continue }
                for (introducer, name) in zip(words, words.dropFirst())
                where introducers.contains(introducer) && name != "_" {
                    declared.append((name, "\(file.path):\(index + 1): \(name)"))
                }
            }
        }
        #expect(declared.count > 3_000)
        let dead = declared.filter { uses[$0.name] == 1 && !Self.spoken.contains($0.name) }
        #expect(dead.isEmpty, "\(dead.map(\.place).joined(separator: "\n"))")
    }

    /// CONTRIBUTING has a row for each folder of sources, and for no other.
    @Test func theMapIsTheTree() throws {
        let file = Places.repository.appendingPathComponent("CONTRIBUTING.md")
        let text = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        let rows = text.split(separator: "\n").filter { $0.hasPrefix("| `Sources/") }
        let mapped = rows.flatMap { $0.matches(of: /`Sources\/(\w+)`/) }
            .map { String($0.output.1) }
        let root = Places.repository.appendingPathComponent("Sources").path
        let folders = try FileManager.default.contentsOfDirectory(atPath: root).filter { folder in
            // The fences around C libraries share a row.
            let names = try FileManager.default.subpathsOfDirectory(atPath: "\(root)/\(folder)")
            return names.contains { $0.hasSuffix(".swift") }
        }
        #expect(mapped.sorted() == folders.sorted())
    }

    /// A folder is read at a glance.
    @Test func foldersHaveAtMost20Files() throws {
        let files = try SourceFile.all(in: ["Sources"])
        let folders = Dictionary(grouping: files) { $0.path.split(separator: "/").dropLast() }
        for (folder, files) in folders {
            #expect(files.count <= 22, "\(folder.joined(separator: "/")): \(files.count) files")
        }
    }
}
