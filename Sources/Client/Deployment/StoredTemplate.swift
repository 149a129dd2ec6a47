import ABI
import CoreCommands
import Foundation

/// The hash of a machine's template, as `cartesi-machine` stores it.
package enum StoredTemplate {
    /// Files of a stored machine that say its hash, and where. Emulators up to 0.19 wrote `hash`;
    /// later ones keep it in front of the hash tree, where the node reads it, too.
    private static let places: [(file: String, offset: Int)] = [
        ("hash", 0), ("hash_tree.sht", 0x60),
    ]

    /// `text` is the hash itself, 64 digits behind `0x` or alone, or the folder of a stored machine.
    package static func hash(_ text: String) throws(ToolFailure) -> Bytes32 {
        let digits = text.hasPrefix("0x") ? text : "0x" + text
        if text.utf8.count >= 64, let bytes = Hex.decode(Array(digits.utf8)),
            let hash = Bytes32(bytes), bytes.count == 32
        {
            return hash
        }
        for (file, offset) in places {
            guard let start = start(of: "\(text)/\(file)", count: offset + 33) else { continue }
            // A file that holds nothing but the hash holds all of it.
            guard let hash = Bytes32(start, at: offset), offset > 0 || start.count == 32 else {
                throw ToolFailure(
                    "template", "\(text)/\(file): expected a hash of 32 bytes at \(offset)")
            }
            return hash
        }
        throw ToolFailure(
            "template",
            "\(text): expected 0x and 64 digits, or the folder of a stored machine with "
                + places.map(\.file).joined(separator: " or "))
    }

    /// At most `count` bytes from the front of a file, which may be a large one.
    private static func start(of path: String, count: Int) -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        return (try? file.read(upToCount: count)).map { Array($0) }
    }
}
