/// Rows of text as lines in which the cells stand below each other; the last row may be shorter.
///
/// The first `left` columns are flush left, the others flush right.
package func aligned(_ rows: [[String]], left: Int = 1) -> [String] {
    var widths: [Int] = []
    for row in rows {
        for (column, cell) in row.enumerated() {
            if column == widths.count { widths.append(0) }
            widths[column] = max(widths[column], cell.count)
        }
    }
    return rows.map { row in
        var line = ""
        for (column, cell) in row.enumerated() {
            let space = String(repeating: " ", count: widths[column] - cell.count)
            line += (column == 0 ? "" : "  ") + (column < left ? cell + space : space + cell)
        }
        while line.last == " " { line.removeLast() }
        return line
    }
}
