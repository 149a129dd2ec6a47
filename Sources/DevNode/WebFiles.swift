import Foundation

/// The files of the web page, read anew for each request so that an edit shows at once.
public struct WebFiles: Sendable {
    struct File: Equatable {
        let type: String
        let bytes: [UInt8]
    }

    private let folder: String?
    private let generated: [String: [UInt8]]

    /// `generated` holds files that are not in `folder`, by name. Without a folder there is no page.
    public init(folder: String?, generated: [String: [UInt8]] = [:]) {
        self.folder = folder
        self.generated = generated
    }

    /// The folder `web` with an `index.html` that is nearest above `path`; nil when there is none.
    public static func folder(above path: String) -> String? {
        var place = URL(fileURLWithPath: path).resolvingSymlinksInPath()
        while place.path != "/" {
            place.deleteLastPathComponent()
            let candidate = place.appendingPathComponent("web")
            let index = candidate.appendingPathComponent("index.html").path
            if FileManager.default.fileExists(atPath: index) { return candidate.path }
        }
        return nil
    }

    private static let types = [
        "html": "text/html; charset=utf-8", "js": "text/javascript; charset=utf-8",
        "css": "text/css; charset=utf-8", "json": "application/json", "svg": "image/svg+xml",
    ]

    /// The file at the path of a URL; nil when there is none.
    func file(at path: String) -> File? {
        var names = path.split(separator: "/").map(String.init)
        if path.hasSuffix("/") || names.isEmpty { names.append("index.html") }
        for name in names where !Self.isPlain(name) { return nil }
        let relative = names.joined(separator: "/")
        guard let type = Self.types[String(relative.split(separator: ".").last ?? "")] else {
            return nil
        }
        if let bytes = generated[relative] { return File(type: type, bytes: bytes) }
        guard let folder, let data = FileManager.default.contents(atPath: folder + "/" + relative)
        else { return nil }
        return File(type: type, bytes: Array(data))
    }

    /// Letters, digits, `-`, `_` and dots that do not come first: nothing that leads elsewhere.
    private static func isPlain(_ name: String) -> Bool {
        !name.hasPrefix(".")
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"),
                    UInt8(ascii: "."):
                    return true
                default:
                    return false
                }
            }
    }
}
