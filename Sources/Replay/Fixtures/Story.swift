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
    /// What should be left. A story that says so foretells every notice of the kinds in `Foretold`
    /// and every voucher, so that a line that tells of none has none.
    public let final: Final?

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
        /// In no fixed order.
        public let notices: [Foretold.Notice]?
        public let vouchers: [Foretold.Voucher]?
    }

    /// Amounts in decimal; an asset is a token's address, with standard and id where it has one.
    public struct Final: Equatable, Sendable, Decodable {
        public struct Balance: Equatable, Sendable, Decodable {
            public let account: String
            public let asset: String
            public let amount: String
        }

        public struct Total: Equatable, Sendable, Decodable {
            public let asset: String
            public let deposited: String
            public let vouchered: String
            public let escrow: String
            /// Forfeited, and rent without a receiver; none when the story does not say.
            public let burned: String?
        }

        public let balances: [Balance]
        public let totals: [Total]
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
        let final: Final?
    }

    /// The story in `folder`, or nil when there is none.
    static func load(from folder: String, lineCount: Int) throws(FixtureError) -> Story? {
        let file = folder + "/story.json"
        guard let data = try Fixture.read(file) else { return nil }
        let document: Document
        do {
            document = try JSONDecoder().decode(Document.self, from: Data(data))
        } catch {
            throw FixtureError(file: file, problem: "not a story: \(error)")
        }
        let lines = document.lines ?? []
        for line in lines where line.line < 1 || line.line > lineCount {
            throw FixtureError(
                file: file,
                problem: "tells of line \(line.line), but there are \(lineCount) inputs")
        }
        return Story(
            title: document.title,
            actors: try addresses(document.actors ?? [:], in: file),
            tokens: try addresses(document.tokens ?? [:], in: file),
            lines: lines, final: document.final)
    }

    private static func addresses<Value>(
        _ members: [String: Value], in file: String
    ) throws(FixtureError) -> [Address: Value] {
        var result: [Address: Value] = [:]
        for (text, value) in members {
            guard let address = Address(hex: text) else {
                throw FixtureError(
                    file: file, problem: "expected an address, found \"\(text)\"")
            }
            result[address] = value
        }
        return result
    }
}
