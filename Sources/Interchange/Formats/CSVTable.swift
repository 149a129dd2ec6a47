import CoreCommands
import Foundation

/// A table of numbers from comma-separated text (RFC 4180), with or without a line of titles.
package struct CSVTable: Equatable, Sendable {
    /// Titles of the columns; empty when the first line holds numbers.
    package let titles: [String]
    package let rows: [[Double]]

    /// Parses a whole file; a byte order mark before it is passed over, and so are empty lines.
    ///
    /// The first line is titles when any of its fields is a word. One with empty fields and numbers
    /// is refused: it could be samples with values missing, and they would vanish silently.
    /// So is one that counts its columns from 0, as pandas names those without names, unless
    /// `hasTitles` says what it is.
    package init(_ file: [UInt8], hasTitles: Bool? = nil) throws(ToolFailure) {
        guard String(validating: file, as: UTF8.self) != nil else {
            throw .format("The table is not UTF-8.")
        }
        let isMarked = file.starts(with: [0xEF, 0xBB, 0xBF])
        var records = CSVRecords(file[(isMarked ? 3 : 0)...])
        var titles: [String] = []
        var rows: [[Double]] = []
        var width: Int?
        while let record = try records.next() {
            let fields = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
            if let width, fields.count != width {
                throw .format("Line \(record.line) has \(fields.count) fields, not \(width).")
            }
            let isFirst = width == nil
            width = fields.count
            let numbers = fields.map { CSVTable.number($0) }
            if isFirst {
                let hasWord = zip(fields, numbers).contains { $1 == nil && !$0.isEmpty }
                if hasTitles == nil, fields.count > 1, fields == fields.indices.map({ "\($0)" }) {
                    throw .format(
                        "Line \(record.line) counts from 0: are these titles, or is it a sample? "
                            + "Say --titles or --no-titles.")
                }
                if hasTitles ?? hasWord {
                    titles = fields
                    continue
                }
            }
            var row: [Double] = []
            for (column, number) in numbers.enumerated() {
                guard let number else {
                    throw .format(
                        "Line \(record.line), column \(column + 1): "
                            + "\"\(fields[column].prefix(20))\" is no number.")
                }
                row.append(number)
            }
            rows.append(row)
        }
        self.titles = titles
        self.rows = rows
    }

    /// A decimal number; hexadecimal ones are words here.
    private static func number(_ text: String) -> Double? {
        text.utf8.contains { $0 | 0x20 == 0x78 } ? nil : Double(text)
    }

    /// The place of a column that is named by its title or counted from 0.
    package func column(_ name: String) throws(ToolFailure) -> Int {
        if let index = titles.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) {
            return index
        }
        let width = rows.first?.count ?? titles.count
        guard let index = Int(name), index >= 0, index < width else {
            throw .format("The table has no column \(name).")
        }
        return index
    }
}

/// The records of comma-separated text, one after the other. Quotes may enclose commas, line breaks
/// and doubled quotes; lines end with LF, CRLF or CR, the last one perhaps with nothing. All of these
/// are bytes: a comma is one also where a combining mark follows it.
private struct CSVRecords {
    private static let comma = UInt8(ascii: ",")
    private static let quote = UInt8(ascii: "\"")
    private static let lineFeed = UInt8(ascii: "\n")
    private static let carriageReturn = UInt8(ascii: "\r")

    private var rest: ArraySlice<UInt8>
    /// The line that is next, from 1.
    private var line = 1

    init(_ text: ArraySlice<UInt8>) {
        rest = text
    }

    /// The next record that is not an empty line, and the line where it begins; nil at the end.
    mutating func next() throws(ToolFailure) -> (fields: [String], line: Int)? {
        while !rest.isEmpty {
            let start = line
            var fields: [String] = []
            repeat { fields.append(try field()) } while take(Self.comma)
            guard rest.isEmpty || takeLineBreak() else {
                throw .format("Line \(line): a quote stands inside a field.")
            }
            if fields != [""] { return (fields, start) }
        }
        return nil
    }

    private mutating func field() throws(ToolFailure) -> String {
        guard take(Self.quote) else {
            let plain = rest.prefix {
                ![Self.comma, Self.quote, Self.lineFeed, Self.carriageReturn].contains($0)
            }
            rest = rest.dropFirst(plain.count)
            return String(decoding: plain, as: UTF8.self)
        }
        let start = line
        var text: [UInt8] = []
        while let first = rest.first {
            if first == Self.quote {
                rest.removeFirst()
                // A doubled quote stands for one.
                guard take(Self.quote) else { return String(decoding: text, as: UTF8.self) }
                text.append(first)
            } else {
                let before = rest
                if !takeLineBreak() { rest.removeFirst() }
                text += before[..<rest.startIndex]
            }
        }
        throw .format("Line \(start): a quote is not closed.")
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard rest.first == byte else { return false }
        rest.removeFirst()
        return true
    }

    private mutating func takeLineBreak() -> Bool {
        let hasReturn = take(Self.carriageReturn)
        guard take(Self.lineFeed) || hasReturn else { return false }
        line += 1
        return true
    }
}
