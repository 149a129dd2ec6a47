/// How far a run has come, for people who wait.
///
/// On a terminal one line that is drawn over and over; otherwise a line at each quarter.
package struct Progress {
    private static let width = 30

    private let label: String
    private let total: Int
    private let redraws: Bool
    private let write: (String) -> Void
    private var shown = -1

    /// `write` gets text for the standard error stream.
    package init(
        label: String, total: Int, redraws: Bool = Terminal.redraws(.standardError),
        write: @escaping (String) -> Void = StandardError.write
    ) {
        self.label = label
        self.total = total
        self.redraws = redraws
        self.write = write
    }

    /// Shows that `done` of the total are done, when that looks different from before.
    package mutating func update(_ done: Int) {
        guard total > 0, done <= total else { return }
        let steps = redraws ? 1_000 : 4
        let step = done * steps / total
        guard step > (redraws ? shown : max(shown, 0)) else { return }
        shown = step
        let count = "\(Figures.grouped(done))/\(Figures.grouped(total))"
        if redraws {
            let filled = done * Self.width / total
            let bar =
                String(repeating: "█", count: filled)
                + String(repeating: "░", count: Self.width - filled)
            write("\r\(label) \(bar) \(count)")
        } else {
            write("\(label) \(count)\n")
        }
    }

    /// Wipes the line on a terminal, so that what follows starts clean.
    package mutating func finish() {
        if redraws, shown >= 0 { write("\r\u{1B}[K") }
        shown = -1
    }
}
