import ArgumentParser
import CoreCommands
import Foundation
import Terminal
import TestSupport
import Testing

@testable import Client
@testable import deml

/// What cannot be done is said, not passed over in silence.
@Suite struct ContentFailureTests {
    private func file(_ bytes: [UInt8]) throws -> String {
        let place = FileManager.default.temporaryDirectory
            .appendingPathComponent("deml-\(UUID().uuidString)")
        try Data(bytes).write(to: place)
        return place.path
    }

    @Test func anEmptyFileHasNothingToUpload() throws {
        let path = try file([])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let command = try UploadCommand.parse([path, "--job", "7"])
        let failure = #expect(throws: ToolFailure.self) { try command.run() }
        #expect(failure?.code == "empty" && failure?.message.hasPrefix(path) == true)
    }

    @Test func transactionsGoToAnInputBoxThatIsNamed() throws {
        let path = try file([1])
        defer { try? FileManager.default.removeItem(atPath: path) }
        let app = "0x" + String(repeating: "1", count: 40)
        let words = [path, "--job", "7", "--transactions", "--app", app]
        let command = try UploadCommand.parse(words)
        #expect(throws: ValidationError.self) { try command.run() }
    }

    @Test func whatIsNoCARFileIsNamed() throws {
        let path = try file(Array("# A heading".utf8))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let failure = #expect(throws: ToolFailure.self) { try CAROptions.parse([path]).summary }
        #expect(failure?.message.hasPrefix("\(path) is no whole CAR file: ") == true)
    }

    @Test func aFileThatIsNotThereIsNamedWithTheReason() {
        let failure = #expect(throws: ToolFailure.self) { try Files.readArgument("/no/such/file") }
        #expect(
            failure?.description
                == #""/no/such/file" cannot be read: No such file or directory (file)"#)
    }
}
