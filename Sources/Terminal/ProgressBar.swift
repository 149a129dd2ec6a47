import Foundation

/// How far a run has come, for people who wait.
///
/// On a terminal one line that is drawn over and over; otherwise a line at each quarter.
package struct ProgressBar {
    private static let width = 30

    private let label: String
    private let total: Int
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var shown = -1

    /// `write` gets text for the standard error stream.
    package init(
        label: String, total: Int, isTerminal: Bool, write: @escaping (String) -> Void
    ) {
        self.label = label
        self.total = total
        self.isTerminal = isTerminal
        self.write = write
    }

    /// Shows that `done` of the total are done, when that looks different from before.
    package mutating func update(_ done: Int) {
        guard total > 0, done <= total else { return }
        if isTerminal {
            let permille = done * 1_000 / total
            guard permille != shown else { return }
            shown = permille
            let filled = done * Self.width / total
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: Self.width - filled)
            write("\r\(label) \(bar) \(Figures.grouped(done))/\(Figures.grouped(total))")
        } else {
            let quarter = done * 4 / total
            guard quarter > max(shown, 0) else { return }
            shown = quarter
            write("\(label) \(Figures.grouped(done))/\(Figures.grouped(total))\n")
        }
    }

    /// Wipes the line on a terminal, so that what follows starts clean.
    package func finish() {
        if isTerminal, shown >= 0 { write("\r\u{1B}[K") }
    }
}
