import Content
import CoreCommands
import Foundation
import Terminal

/// A folder of blocks, each in a file named by its CID.
package enum BlockFolder {
    /// Whether `path` is a folder.
    package static func exists(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
            && isFolder.boolValue
    }

    /// The names in it that are not hidden, sorted.
    package static func names(in path: String) throws(ToolFailure) -> [String] {
        try Files.names(inFolder: path).filter { !$0.hasPrefix(".") }
    }

    /// The block called `name`. A file that is none is refused rather than passed over: whoever names
    /// a folder of plain files means something else.
    package static func block(_ name: String, in path: String) throws(ToolFailure) -> Block {
        guard let cid = try? CID(text: Array(name.utf8)) else {
            throw ToolFailure(
                "folder",
                "\(path)/\(name) is no block: in a folder each file is named by its CID. "
                    + "Upload a plain file by its own path.")
        }
        let bytes = try Files.read("\(path)/\(name)")
        guard cid.matches(bytes) else {
            throw ToolFailure("hashMismatch", "\(path)/\(name) does not hash to its name")
        }
        return Block(cid: cid, bytes: bytes)
    }
}
