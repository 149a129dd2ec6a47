import Foundation
import TestSupport
import Testing

/// `Package.swift` says what is there: a folder for each target, and of every target just what its
/// sources import.
@Suite struct PackageTests {
    /// What comes with the toolchain.
    private static let system: Set = [
        "Foundation", "FoundationNetworking", "Dispatch", "Synchronization", "Testing",
    ]
    /// Programs that tests start rather than import.
    private static let programs: Set = ["RollupApp", "deml"]

    /// Names and dependencies of the targets, in order.
    private static func targets() throws -> [(name: String, dependencies: Set<String>)] {
        let file = Places.repository.appendingPathComponent("Package.swift")
        let text = try String(decoding: Data(contentsOf: file), as: UTF8.self)
        let opening = /\.(?:target|executableTarget|testTarget)\(\s*name: "(\w+)"/
        return text.split(separator: opening, omittingEmptySubsequences: false).dropFirst()
            .enumerated().map { index, rest in
                let name = String(text.matches(of: opening)[index].output.1)
                // Up to what is said about sources, or the end of the target.
                let own = rest.prefix { $0 != "]" }
                let listed = own.firstRange(of: "dependencies: [").map { own[$0.upperBound...] }
                let quoted = (listed ?? "").replacing(/package: "[\w-]+"/, with: "")
                return (name, Set(quoted.matches(of: /"(\w+)"/).map { String($0.output.1) }))
            }
    }

    private static func folder(of target: String) -> String {
        ["Sources/\(target)", "Tests/\(target)"].first {
            FileManager.default.fileExists(
                atPath: Places.repository.appendingPathComponent($0).path)
        } ?? ""
    }

    @Test func everyFolderIsATarget() throws {
        let declared = Set(try Self.targets().map(\.name))
        #expect(declared.count > 25)
        for place in ["Sources", "Tests"] {
            let root = Places.repository.appendingPathComponent(place).path
            let folders = try FileManager.default.contentsOfDirectory(atPath: root)
            let code = folders.filter { folder in
                let path = "\(root)/\(folder)"
                let names = (try? FileManager.default.subpathsOfDirectory(atPath: path)) ?? []
                return names.contains { $0.hasSuffix(".swift") }
            }
            #expect(Set(code).subtracting(declared) == [])
        }
    }

    @Test func targetsDeclareWhatTheyImport() throws {
        for (name, dependencies) in try Self.targets() where !Self.folder(of: name).isEmpty {
            let files = try SourceFile.all(in: [Self.folder(of: name)])
            guard !files.isEmpty else { continue }
            let imports = Set(
                files.flatMap(\.code).compactMap { line in
                    line.firstMatch(of: /^ *(?:@\w+ )*(?:public )?import (\w+)/)
                        .map { String($0.output.1) }
                })
            let missing = imports.subtracting(Self.system).subtracting(dependencies)
            #expect(missing.isEmpty, "\(name) imports \(missing.sorted())")
            let unused = dependencies.subtracting(imports).subtracting(Self.programs)
            #expect(unused.isEmpty, "\(name) does not import \(unused.sorted())")
        }
    }
}
