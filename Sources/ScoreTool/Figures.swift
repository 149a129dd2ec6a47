import Foundation

/// Numbers as people read them. None of them takes part in a decision.
enum Figures {
    /// 1234567 as 1,234,567.
    static func grouped<Value: BinaryInteger>(_ value: Value) -> String {
        var digits = String(value.magnitude)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return (value < 0 ? "−" : "") + ([digits] + groups).joined(separator: ",")
    }

    /// A raw Q16.16 number.
    static func q16(_ raw: Int32) -> String { decimal(Double(raw) / 65_536, places: 4) }

    static func decimal(_ value: Double, places: Int) -> String {
        String(format: "%.\(places)f", value)
    }

    /// A small number, such as an error, with three significant digits.
    static func short(_ value: Double) -> String {
        value == 0 ? "0" : String(format: "%.3g", value)
    }

    static func percent(_ part: Double, of whole: Double) -> String {
        whole == 0 ? "–" : decimal(100 * part / whole, places: 2) + " %"
    }
}
