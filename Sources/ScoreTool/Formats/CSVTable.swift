import Foundation
import Operations

/// A table of numbers from comma-separated text (RFC 4180), with or without a line of titles.
public struct CSVTable: Equatable, Sendable {
    /// Titles of the columns; empty when the first line holds numbers.
    public let titles: [String]
    public let rows: [[Double]]

    /// Parses a whole file. The first line is titles when any of its fields is no number.
    init(_ file: [UInt8]) throws(ToolFailure) {
        guard let text = String(validating: file, as: UTF8.self) else {
            throw .format("The table is not UTF-8.")
        }
        var titles: [String] = []
        var rows: [[Double]] = []
        var width: Int?
        for (line, fields) in try CSVTable.fields(of: text).enumerated() {
            if let width, fields.count != width {
                throw .format("Line \(line + 1) has \(fields.count) fields, not \(width).")
            }
            width = fields.count
            let numbers = fields.map { Double($0.trimmingCharacters(in: .whitespaces)) }
            if line == 0, numbers.contains(nil) {
                titles = fields
                continue
            }
            var row: [Double] = []
            for (column, number) in numbers.enumerated() {
                guard let number else {
                    throw .format(
                        "Line \(line + 1), column \(column + 1): "
                            + "\"\(fields[column].prefix(20))\" is no number.")
                }
                row.append(number)
            }
            rows.append(row)
        }
        self.titles = titles
        self.rows = rows
    }

    /// The place of a column that is named by its title or counted from 0.
    func column(_ name: String) throws(ToolFailure) -> Int {
        if let index = titles.firstIndex(of: name) { return index }
        let width = rows.first?.count ?? titles.count
        guard let index = Int(name), index >= 0, index < width else {
            throw .format("The table has no column \(name).")
        }
        return index
    }

    /// Records of fields; quotes may enclose commas, line breaks and doubled quotes.
    private static func fields(of text: String) throws(ToolFailure) -> [[String]] {
        var records: [[String]] = []
        var record: [String] = []
        var field = ""
        var isQuoted = false
        var wasQuote = false
        for character in text {
            if isQuoted {
                if wasQuote, character == "\"" {
                    field.append(character)
                    wasQuote = false
                    continue
                }
                if wasQuote {
                    isQuoted = false
                    wasQuote = false
                } else if character == "\"" {
                    wasQuote = true
                    continue
                } else {
                    field.append(character)
                    continue
                }
            }
            switch character {
            case "\"":
                guard field.isEmpty else { throw .format("A quote stands inside a field.") }
                isQuoted = true
            case ",":
                record.append(field)
                field = ""
            case "\n", "\r\n":
                record.append(field)
                if record != [""] { records.append(record) }
                record = []
                field = ""
            default: field.append(character)
            }
        }
        guard !isQuoted || wasQuote else { throw .format("A quote is not closed.") }
        record.append(field)
        if record != [""] { records.append(record) }
        return records
    }
}
