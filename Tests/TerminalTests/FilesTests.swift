import CoreCommands
import Foundation
import Terminal
import Testing

/// A folder that goes when the test ends.
final class Folder {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "deml-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func at(_ name: String) -> String { "\(path)/\(name)" }

    func status(_ name: String) throws -> stat {
        var status = stat()
        let isThere = lstat(at(name), &status) == 0
        try #require(isThere, "\(name) is not there")
        return status
    }

    var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}

/// A file is written where its name leads, whole or not at all, and stays what it was otherwise.
@Suite struct FilesTests {
    private let folder: Folder

    init() throws { folder = try Folder() }

    @Test func aNewFileHasTheModeOfTheUmask() throws {
        try Files.write([1, 2], to: folder.at("new"))
        #expect(try Files.read(folder.at("new")) == [1, 2])
        let mask = umask(0)
        umask(mask)
        #expect(try folder.status("new").st_mode & 0o7777 == 0o666 & ~mask)
        #expect(try folder.names == ["new"])
    }

    @Test func modeIsKeptAndTheFileIsReplacedWhole() throws {
        try Files.write([1], to: folder.at("tool"))
        chmod(folder.at("tool"), 0o751)
        let before = try folder.status("tool").st_ino
        try Files.write([2], to: folder.at("tool"))
        let after = try folder.status("tool")
        #expect(after.st_mode & 0o7777 == 0o751 && after.st_ino != before)
        #expect(try Files.read(folder.at("tool")) == [2])
    }

    @Test(arguments: ["target", "missing"]) func linksAreWrittenThrough(target: String) throws {
        try Files.write([1, 1, 1], to: folder.at("target"))
        symlink(target, folder.at("link"))
        try Files.write([2], to: folder.at("link"))
        #expect(try folder.status("link").st_mode & S_IFMT == S_IFLNK)
        #expect(try Files.read(folder.at(target)) == [2])
    }

    @Test func anotherNameOfTheFileSeesWhatIsWritten() throws {
        try Files.write([1, 1, 1], to: folder.at("one"))
        link(folder.at("one"), folder.at("other"))
        try Files.write([2], to: folder.at("one"))
        #expect(try Files.read(folder.at("other")) == [2])
    }

    @Test func aPipeIsWrittenInto() throws {
        mkfifo(folder.at("pipe"), 0o600)
        let reader = open(folder.at("pipe"), O_RDONLY | O_NONBLOCK)
        defer { close(reader) }
        try Files.write([3, 4], to: folder.at("pipe"))
        var bytes = [UInt8](repeating: 0, count: 4)
        let count = read(reader, &bytes, 4)
        #expect(count == 2 && bytes == [3, 4, 0, 0])
        #expect(try folder.status("pipe").st_mode & S_IFMT == S_IFIFO)
    }

    @Test(arguments: [
        ("/dev/full", "No space left on device"), ("/no/such/file", "No such file or directory"),
        ("/tmp", "Is a directory"), ("a\0b", "Invalid argument"),
    ])
    func theReasonIsSaid(path: String, reason: String) {
        let failure = #expect(throws: ToolFailure.self) { try Files.write([1], to: path) }
        #expect(failure?.message.hasSuffix(" cannot be written: \(reason)") == true)
    }
}
