import ABI
import Archive
import Content
import JSON

/// What a CAR file holds, after every block was hashed.
package struct CARSummary: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        /// The CID as text; 0x and binary when its hash function is not one that DeML takes.
        package let name: String
        package let size: Int
        package let isVerified: Bool
    }

    package let roots: [String]
    package let entries: [Entry]

    package var verified: Int { entries.count { $0.isVerified } }

    /// Reads and verifies `file`; fails at the first block that does not hash to its CID.
    package init(_ file: [UInt8]) throws(CARError) {
        var reader = try CARReader(file)
        roots = reader.roots.map(CARSummary.text)
        var entries: [Entry] = []
        while let section = try reader.next() {
            entries.append(
                Entry(
                    name: section.cid?.text ?? Hex.string(section.name),
                    size: section.bytes.count, isVerified: section.cid != nil))
        }
        self.entries = entries
    }

    private static func text(of root: [UInt8]) -> String {
        (try? CID(binary: root))?.text ?? Hex.string(root)
    }

    /// One object; with the blocks when `listing`.
    package func json(listing: Bool) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.beginArray("roots")
        for root in roots { writer.string(root) }
        writer.endArray()
        writer.number("blocks", UInt64(entries.count))
        writer.number("verified", UInt64(verified))
        if listing {
            writer.beginArray("entries")
            for entry in entries {
                writer.beginObject()
                writer.string("cid", entry.name)
                writer.number("size", UInt64(entry.size))
                writer.bool("verified", entry.isVerified)
                writer.endObject()
            }
            writer.endArray()
        }
        writer.endObject()
        return writer.bytes
    }
}

extension [UInt8] {
    /// 0x and lower-case digits.
    package var hexadecimal: String { Hex.string(self) }
}
