import ABI
import Foundation

/// What a fixture is about: `story.json`, written by whoever made the inputs.
public struct Story: Equatable, Sendable {
    public let title: String
    /// Names by address.
    public let actors: [Address: String]
    /// How to write amounts of a token, by its contract.
    public let tokens: [Address: Token]
    /// What should happen in some of the lines.
    public let lines: [Line]

    public struct Token: Equatable, Sendable, Decodable {
        public let symbol: String
        /// Digits behind the point.
        public let decimals: Int
    }

    public struct Line: Equatable, Sendable, Decodable {
        /// Of `inputs.jsonl`, counted from 1.
        public let line: Int
        public let note: String?
        /// `ok`, or the code of the refusal.
        public let expect: String?
        /// The exact loss sum that is scored in this line.
        public let loss: String?
        /// Whether the submission scored in this line passes.
        public let accepted: Bool?
    }

    /// The line's entry, if the story has one.
    public func line(_ number: Int) -> Line? {
        lines.first { $0.line == number }
    }

    private struct Document: Decodable {
        let title: String
        let actors: [String: String]?
        let tokens: [String: Token]?
        let lines: [Line]?
    }

    /// The story in `folder`, or nil when there is none.
    static func load(from folder: URL, lineCount: Int) throws(FixtureError) -> Story? {
        let file = folder.appendingPathComponent("story.json")
        guard let data = try Fixture.read(file) else { return nil }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: data)
        } catch {
            throw FixtureError(file: file.path, problem: "not a story: \(error)")
        }
        let lines = document.lines ?? []
        for line in lines where line.line < 1 || line.line > lineCount {
            throw FixtureError(
                file: file.path,
                problem: "tells of line \(line.line), but there are \(lineCount) inputs")
        }
        return Story(
            title: document.title,
            actors: try addresses(document.actors ?? [:], in: file),
            tokens: try addresses(document.tokens ?? [:], in: file),
            lines: lines)
    }

    private static func addresses<Value>(
        _ members: [String: Value], in file: URL
    ) throws(FixtureError) -> [Address: Value] {
        var result: [Address: Value] = [:]
        for (text, value) in members {
            guard let address = Address(hex: text) else {
                throw FixtureError(
                    file: file.path, problem: "expected an address, found \"\(text)\"")
            }
            result[address] = value
        }
        return result
    }
}
