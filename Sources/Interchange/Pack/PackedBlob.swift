import Content
import JSON
import Terminal

/// A blob that was packed, and what the packing cost.
package struct PackedBlob: Sendable {
    /// What happened to one tensor, or to the samples.
    package struct Part: Equatable {
        let name: String
        let shape: [Int]
        let exponent: Int8
        /// The largest distance between a number in the source and in the blob.
        let worstError: Double
        /// Numbers that did not fit and were cut off.
        let clipped: Int
    }

    package let bytes: [UInt8]
    package let parts: [Part]
    /// Further facts, such as the work of an architecture.
    package let facts: [[String]]

    package init(bytes: [UInt8], parts: [Part] = [], facts: [[String]] = []) {
        self.bytes = bytes
        self.parts = parts
        self.facts = facts
    }

    /// CIDv1 of the bytes, raw, SHA-256.
    package var cid: String { CID.raw(bytes).text }

    /// The largest error of all parts.
    package var worstError: Double { parts.map(\.worstError).max() ?? 0 }

    package var lines: [String] {
        var lines = TextTable.lines(
            of: [["cid", cid], ["size", "\(Figures.grouped(bytes.count)) bytes"]] + facts, left: 2)
        guard !parts.isEmpty else { return lines }
        lines.append("")
        let rows = parts.map { part in
            [
                part.name, part.shape.map { "\($0)" }.joined(separator: "×"), "\(part.exponent)",
                Figures.short(part.worstError), Figures.grouped(part.clipped),
            ]
        }
        let titles = ["tensor", "shape", "exponent", "worst error", "cut off"]
        return lines + TextTable.lines(of: [titles] + rows, left: 2)
    }

    /// `{"cid":…,"size":…,"worstError":…,"clipped":…}`
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("cid", cid)
        writer.number("size", UInt64(bytes.count))
        writer.string("worstError", Figures.short(worstError))
        writer.number("clipped", UInt64(parts.reduce(0) { $0 + $1.clipped }))
        writer.endObject()
        return writer.bytes
    }
}
