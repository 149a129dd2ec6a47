import Foundation
import TestSupport

/// A Swift source, line by line, as a reviewer with a ruler sees it.
struct SourceFile {
    /// Relative to the repository.
    let path: String
    let lines: [String]
    /// The same lines without comments and without what stands in string literals.
    let code: [String]

    init(path: String, text: String) {
        self.path = path
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        code = lines.map(SourceFile.withoutProse)
    }

    /// All Swift files below these folders of the repository, in the order of their paths.
    static func all(in folders: [String]) throws -> [SourceFile] {
        try folders.flatMap { folder in
            let root = Places.repository.appendingPathComponent(folder)
            let names = try FileManager.default.subpathsOfDirectory(atPath: root.path)
            return try names.sorted().filter { $0.hasSuffix(".swift") }.map { name in
                let text = try Data(contentsOf: root.appendingPathComponent(name))
                return SourceFile(
                    path: "\(folder)/\(name)", text: String(decoding: text, as: UTF8.self))
            }
        }
    }

    /// Where `pattern` matches the code, as `path:line: text`.
    func places(of pattern: String) throws -> [String] {
        let pattern = try Regex(pattern)
        return zip(code.indices, code).filter { $0.1.contains(pattern) }.map { index, _ in
            "\(path):\(index + 1): \(lines[index].trimmingCharacters(in: .whitespaces))"
        }
    }

    /// First lines and lengths of functions and initialisers. The formatter puts the closing brace
    /// under the first word.
    var functions: [(line: Int, length: Int)] {
        code.indices.compactMap { start in
            guard code[start].contains(/^ *([a-z@()]+ )*(func |init[?(<])/) else { return nil }
            let indent = String(code[start].prefix { $0 == " " })
            guard let end = code[start...].firstIndex(where: { $0.hasPrefix(indent + "}") }),
                !code[(start + 1)...end].dropLast().contains(where: {
                    !$0.isEmpty && !$0.hasPrefix(indent + " ") && !$0.hasPrefix(indent + ")")
                })
            else { return nil }
            return (start + 1, end - start + 1)
        }
    }

    private static func withoutProse(_ line: String) -> String {
        var result = ""
        var isText = false
        var previous: Character = " "
        for character in line {
            if character == "\"", previous != "\\" {
                isText.toggle()
                result.append(character)
            } else if !isText {
                if character == "/", previous == "/" { return String(result.dropLast()) }
                result.append(character)
            }
            previous = character
        }
        return result
    }
}
