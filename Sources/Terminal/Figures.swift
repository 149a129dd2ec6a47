import ABI
import Foundation

/// Numbers as people read them. None of them takes part in a decision; what comes from integers is
/// exact or rounded half up.
package enum Figures {
    /// Groups of three: `1,234,567`.
    package static func grouped(_ digits: String) -> String {
        var text = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    package static func grouped(_ value: some BinaryInteger) -> String {
        (value < 0 ? "−" : "") + grouped(String(value.magnitude))
    }

    /// `value · 10^−decimals`, exact, without zeros at the end: `1,234.5`.
    package static func decimal(_ value: UInt256, decimals: Int) -> String {
        var digits = value.description
        guard decimals > 0 else { return grouped(digits) }
        if digits.count <= decimals {
            digits = String(repeating: "0", count: decimals - digits.count + 1) + digits
        }
        var fraction = digits.suffix(decimals)
        while fraction.last == "0" { fraction.removeLast() }
        let whole = grouped(String(digits.dropLast(decimals)))
        return fraction.isEmpty ? whole : "\(whole).\(fraction)"
    }

    /// An amount in unknown units: `1,234`, or `105·10^18` where many zeros would hide the number.
    package static func scaled(_ value: UInt256) -> String {
        let digits = value.description
        let zeros = digits.reversed().prefix { $0 == "0" }.count / 3 * 3
        guard zeros >= 9, zeros < digits.count else { return grouped(digits) }
        return "\(grouped(String(digits.dropLast(zeros))))·10^\(zeros)"
    }

    /// Wei as Ether.
    package static func ether(_ wei: UInt256) -> String {
        decimal(wei, decimals: 18) + " ETH"
    }

    /// A loss sum, Q30, as the mean over `samples` with six digits behind the point; a dash when
    /// there are no samples.
    package static func meanLoss(_ sum: UInt256, samples: UInt64) -> String {
        let scale = UInt256(1_000_000 as UInt64)
        guard samples > 0, let unit = UInt256(samples).multiplied(by: UInt256(1 << 30 as UInt64)),
            let scaled = sum.multiplied(by: scale),
            let half = unit.divided(by: UInt256(2 as UInt64))?.quotient,
            let mean = scaled.adding(half)?.divided(by: unit)?.quotient,
            let (whole, rest) = mean.divided(by: scale)
        else { return "–" }
        let fraction = rest.description
        return grouped(whole.description) + "."
            + String(repeating: "0", count: max(0, 6 - fraction.count)) + fraction
    }

    /// `105/114 = 92.1 %`; nothing when there are no samples.
    package static func accuracy(correct: UInt64, samples: UInt64) -> String {
        guard samples > 0, correct <= samples else { return "" }
        let permille = (correct * 2_000 + samples) / (2 * samples)
        return "\(correct)/\(samples) = \(permille / 10).\(permille % 10) %"
    }

    /// `3 reports`, `1 report`.
    package static func count(_ count: Int, _ noun: String) -> String {
        "\(grouped(count)) \(noun)\(count == 1 ? "" : "s")"
    }

    /// At most `limit` characters, the last of which is then an ellipsis.
    package static func cut(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : text.prefix(limit - 1) + "…"
    }

    /// The first and the last digits of an address or a CID.
    package static func short(_ text: String) -> String {
        text.count <= 14 ? text : "\(text.prefix(6))…\(text.suffix(4))"
    }

    /// A raw Q16.16 number.
    package static func q16(_ raw: Int32) -> String { decimal(Double(raw) / 65_536, places: 4) }

    package static func decimal(_ value: Double, places: Int) -> String {
        String(format: "%.\(places)f", value)
    }

    /// A small number, such as an error, with three significant digits.
    package static func short(_ value: Double) -> String {
        value == 0 ? "0" : String(format: "%.3g", value)
    }

    package static func percent(_ part: Double, of whole: Double) -> String {
        whole == 0 ? "–" : decimal(100 * part / whole, places: 2) + " %"
    }
}
