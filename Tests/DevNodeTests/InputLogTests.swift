import ABI
import Foundation
import JSON
import Marketplace
import Rollup
import Testing
import Vouchers

@testable import DevNode

@Suite struct InputLogTests {
    /// A folder that is gone with the test.
    final class Folder {
        let path = FileManager.default.temporaryDirectory
            .appendingPathComponent("node-tests-\(UUID().uuidString)").path

        init() throws {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true)
        }

        deinit {
            try? FileManager.default.removeItem(atPath: path)
        }

        var log: String {
            get throws { try String(contentsOfFile: path + "/inputs.jsonl", encoding: .utf8) }
        }

        func write(_ text: String) throws {
            try text.write(toFile: path + "/inputs.jsonl", atomically: true, encoding: .utf8)
        }
    }

    static func line(_ index: UInt64) -> [UInt8] {
        let metadata = ChainMetadata(
            chainID: 31337, application: .zero, sender: .zero, blockNumber: 1000 + index,
            blockTimestamp: 1_760_000_000, prevRandao: .zero, index: index)
        var json = JSONWriter()
        RollupRequest.advance(Input(metadata: metadata.metadata, payload: [1, 2]))
            .write(to: &json)
        return json.bytes
    }

    @Test func givesBackWhatWasAppended() throws {
        let folder = try Folder()
        do {
            let log = try InputLog(folder: folder.path)
            try log.append(Self.line(0))
            try log.append(Self.line(1))
        }
        let again = try InputLog(folder: folder.path)
        #expect(again.inputs.map(\.metadata.index) == [0, 1])
        #expect(again.inputs.map(\.payload) == [[1, 2], [1, 2]])
        #expect(again.discarded == 0)
    }

    @Test func cutsOffALineWithoutItsBreakAndGoesOnBehindTheLastWholeOne() throws {
        let folder = try Folder()
        let whole = String(decoding: Self.line(0), as: UTF8.self) + "\n"
        try folder.write(whole + #"{"request_type":"adv"#)
        do {
            let log = try InputLog(folder: folder.path)
            #expect(log.inputs.count == 1)
            #expect(log.discarded == 20)
            try log.append(Self.line(1))
        }
        #expect(try folder.log == whole + String(decoding: Self.line(1), as: UTF8.self) + "\n")
    }

    @Test func skipsTheQueriesOfAFixture() throws {
        let folder = try Folder()
        let query = #"{"request_type":"inspect_state","data":{"payload":"0x00"}}"#
        try folder.write(query + "\n" + String(decoding: Self.line(0), as: UTF8.self) + "\n")
        #expect(try InputLog(folder: folder.path).inputs.count == 1)
    }

    @Test func namesTheLineThatIsNoInput() throws {
        let folder = try Folder()
        try folder.write(String(decoding: Self.line(0), as: UTF8.self) + "\n{}\n")
        let error = #expect(throws: StateFileError.self) { try InputLog(folder: folder.path) }
        #expect(error?.description.contains("inputs.jsonl:2:") == true)
    }

    @Test func refusesAGapInTheNumbers() throws {
        let folder = try Folder()
        try folder.write(String(decoding: Self.line(1), as: UTF8.self) + "\n")
        #expect(throws: StateFileError.self) { try InputLog(folder: folder.path) }
    }

    @Test func isForOneNodeAtATime() throws {
        let folder = try Folder()
        let first = try InputLog(folder: folder.path)
        #expect(throws: StateFileError.inUse(path: first.path)) {
            try InputLog(folder: folder.path)
        }
        try first.append(Self.line(0))
    }
}
