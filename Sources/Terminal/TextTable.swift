/// Rows of text in aligned columns.
///
/// Every character counts as one column of the terminal, which holds for what is printed here.
package struct TextTable: Sendable {
    package enum Alignment: Sendable {
        case left
        case right
    }

    private struct Column {
        let title: String
        let alignment: Alignment
    }

    private var columns: [Column] = []
    private var rows: [[String]] = []

    package init() {}

    package var isEmpty: Bool { rows.isEmpty }

    package mutating func addColumn(_ title: String, _ alignment: Alignment = .left) {
        columns.append(Column(title: title, alignment: alignment))
    }

    /// Adds one row; missing cells are empty, and cells without a column are not shown.
    package mutating func addRow(_ cells: [String]) {
        rows.append(cells)
    }

    /// The lines: titles, a rule, the rows. Columns that are empty throughout are left out.
    package var lines: [String] {
        let used = columns.indices.filter { column in
            rows.contains { column < $0.count && !$0[column].isEmpty }
        }
        let cells =
            [used.map { columns[$0].title }]
            + rows.map { row in used.map { $0 < row.count ? row[$0] : "" } }
        let rule = TextTable.widths(of: cells).map { String(repeating: "─", count: $0) }
        var lines = TextTable.lines(of: cells, aligned: used.map { columns[$0].alignment })
        lines.insert(rule.joined(separator: "  "), at: 1)
        return lines
    }

    /// Bare rows, the last of them perhaps shorter: the first `left` columns flush left, the others
    /// flush right.
    package static func lines(of rows: [[String]], left: Int) -> [String] {
        let count = rows.map(\.count).max() ?? 0
        return lines(of: rows, aligned: (0..<count).map { $0 < left ? .left : .right })
    }

    private static func widths(of rows: [[String]]) -> [Int] {
        let count = rows.map(\.count).max() ?? 0
        return (0..<count).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
    }

    private static func lines(of rows: [[String]], aligned alignments: [Alignment]) -> [String] {
        let widths = widths(of: rows)
        return rows.map { row in
            var cells: [String] = []
            for (column, cell) in row.enumerated() {
                let padding = String(repeating: " ", count: widths[column] - cell.count)
                cells.append(alignments[column] == .left ? cell + padding : padding + cell)
            }
            return cells.joined(separator: "  ").trimmingTrailingSpaces
        }
    }
}

extension String {
    package var trimmingTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
