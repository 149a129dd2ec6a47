import Foundation
import Testing

@testable import DevNode

@Suite struct WebFilesTests {
    @Test func servesOnlyWhatIsInTheFolder() throws {
        let folder = try InputLogTests.Folder()
        let web = folder.path + "/web"
        try FileManager.default.createDirectory(
            atPath: web + "/js", withIntermediateDirectories: true)
        try Data("page".utf8).write(to: URL(fileURLWithPath: web + "/index.html"))
        try Data("code".utf8).write(to: URL(fileURLWithPath: web + "/js/app.js"))
        try Data("secret".utf8).write(to: URL(fileURLWithPath: folder.path + "/secret.json"))
        try Data("secret".utf8).write(to: URL(fileURLWithPath: web + "/.hidden.json"))
        let files = WebFiles(folder: web, generated: ["deml.abi.json": Array("[]".utf8)])
        #expect(files.file(at: "/")?.bytes == Array("page".utf8))
        #expect(files.file(at: "/js/app.js")?.type.hasPrefix("text/javascript") == true)
        #expect(files.file(at: "/deml.abi.json")?.bytes == Array("[]".utf8))
        for path in [
            "/../secret.json", "/js/../../secret.json", "/%2e%2e/secret.json", "/.hidden.json",
            "/js", "/missing.js", "/js/app.js\0",
        ] {
            #expect(files.file(at: path) == nil, "\(path)")
        }
        #expect(WebFiles.folder(above: folder.path + "/a/b/tool") == web)
    }
}
