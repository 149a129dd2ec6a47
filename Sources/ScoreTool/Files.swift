import Foundation
import Operations

/// Files as bytes, with failures that name the file.
enum Files {
    static func read(_ path: String) throws(ToolFailure) -> [UInt8] {
        do {
            let url = URL(fileURLWithPath: path)
            let size = try url.resourceValues(forKeys: [.fileSizeKey]).fileSize ?? 0
            guard size <= ScoreTool.fileLimit else {
                throw ToolFailure("file", "\(path) has \(size) bytes, too many to read.")
            }
            return [UInt8](try Data(contentsOf: url))
        } catch let failure as ToolFailure {
            throw failure
        } catch {
            throw ToolFailure("file", "\(path) cannot be read.")
        }
    }

    static func write(_ bytes: [UInt8], to path: String) throws(ToolFailure) {
        do {
            try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
        } catch {
            throw ToolFailure("file", "\(path) cannot be written.")
        }
    }
}
