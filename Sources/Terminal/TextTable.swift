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
        let widths = used.map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }
                .reduce(columns[column].title.count, max)
        }
        func line(_ cells: (Int) -> String) -> String {
            var text = ""
            for (position, column) in used.enumerated() {
                let cell = cells(column)
                let padding = String(repeating: " ", count: widths[position] - cell.count)
                text += columns[column].alignment == .left ? cell + padding : padding + cell
                text += "  "
            }
            return text.trimmingTrailingSpaces
        }
        let titles = line { columns[$0].title }
        let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
        return [titles, rule] + rows.map { row in line { $0 < row.count ? row[$0] : "" } }
    }
}

extension String {
    package var trimmingTrailingSpaces: String {
        var text = self[...]
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
