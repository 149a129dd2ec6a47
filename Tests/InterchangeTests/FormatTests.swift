import CoreCommands
import Foundation
import Terminal
import TestSupport
import Testing

@testable import Interchange

@Suite struct NumPyFiles {
    /// A version 1.0 file with this header and data.
    static func file(_ header: String, _ data: [UInt8] = []) -> [UInt8] {
        var file: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59, 1, 0]
        file.appendLittleEndian(Int64(header.utf8.count), size: 2)
        return file + Array(header.utf8) + data
    }

    @Test func byteAndAxisOrderAreUndone() throws {
        let archive = try ZipArchive(Samples.bytes("stored.npz"))
        let x = try archive.array(named: "x")
        #expect(x.shape == [6, 1, 4, 4])
        #expect(try NumPyArray.parse(Samples.bytes("x-column-major.npy")) == x)
        #expect(try NumPyArray.parse(Samples.bytes("x-big-endian.npy")) == x)
    }

    @Test func compressedArchivesHoldTheSame() throws {
        let stored = try ZipArchive(Samples.bytes("stored.npz"))
        let deflated = try ZipArchive(Samples.bytes("deflated.npz"))
        for name in ["x", "y"] {
            #expect(try stored.array(named: name) == deflated.array(named: name))
        }
        #expect(throws: ToolFailure.self) { try stored.array(named: "z") }
    }

    @Test(
        arguments: [
            ("|b1", [2, 0], [1, 0]), ("|u1", [255, 7], [255, 7]), ("|i1", [255, 127], [-1, 127]),
            ("<i2", [0xFE, 0xFF, 1, 2], [-2, 513]), (">u2", [1, 2, 0, 1], [258, 1]),
            ("<f2", [0x00, 0x3C, 0x00, 0xC0], [1, -2]),
        ] as [(String, [UInt8], [Double])])
    func everyNumberFormat(_ descr: String, _ data: [UInt8], _ values: [Double]) throws {
        let header = "{'descr': '\(descr)', 'fortran_order': False, 'shape': (2,), }  \n"
        let array = try NumPyArray.parse(NumPyFiles.file(header, data))
        #expect(array == NumberArray(shape: [2], values: values))
    }

    @Test(arguments: [
        "", "{}", "{'descr': '<f8', 'shape': (1,)}",
        "{'descr': '|O', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (-1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (2,)}",
        "{'descr': '<f8', 'fortran_order': 0, 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,), 'shape': (1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} x",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (01,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (1)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape':\u{A0}(1,)}",
        "{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296, 8)}",
    ])
    func refusesOtherHeaders(_ header: String) {
        let file = NumPyFiles.file(header, [0, 0, 0, 0, 0, 0, 0, 0])
        #expect(throws: ToolFailure.self) { try NumPyArray.parse(file) }
    }

    /// Python 2 wrote the suffix of its long integers in versions 1 and 2, and numpy still reads it.
    @Test func longsOfPython2AreReadInTheVersionsThatHadThem() throws {
        let header = "{'descr': '|u1', 'fortran_order': False, 'shape': (2L, 1L), }\n"
        var file = NumPyFiles.file(header, [5, 6])
        #expect(try NumPyArray.parse(file) == NumberArray(shape: [2, 1], values: [5, 6]))
        file[6] = 3
        file.insert(contentsOf: [0, 0], at: 10)
        #expect(throws: ToolFailure.self) { try NumPyArray.parse(file) }
        file.remove(at: file.lastIndex(of: UInt8(ascii: "L")) ?? 0)
        file.remove(at: file.lastIndex(of: UInt8(ascii: "L")) ?? 0)
        file[8] -= 2
        #expect(try NumPyArray.parse(file).shape == [2, 1])
    }

    /// Bits that turned over are found by the checksum, however the member is kept.
    @Test(arguments: ["stored.npz", "deflated.npz"])
    func aMemberThatIsNotWhatItsChecksumSaysIsRefused(_ name: String) throws {
        var file = try Samples.bytes(name)
        // The first member's data end where the second one's record begins; the last bytes are
        // numbers.
        let record: [UInt8] = [0x50, 0x4B, 0x03, 0x04]
        let second = try #require(
            file.indices.dropFirst().first { file[$0...].starts(with: record) })
        if name == "stored.npz" { file[second - 1] ^= 1 }
        let directory: [UInt8] = [0x50, 0x4B, 0x01, 0x02]
        let entry = try #require(file.indices.first { file[$0...].starts(with: directory) })
        if name == "deflated.npz" { file[entry + 16] ^= 1 }
        let failure = #expect(throws: ToolFailure.self) {
            try ZipArchive(file).array(named: "x")
        }
        #expect(failure?.message.hasPrefix("x.npy is damaged") == true)
    }

    @Test func twoMembersOfOneNameAreRefused() throws {
        var file = try Samples.bytes("stored.npz")
        let directory: [UInt8] = [0x50, 0x4B, 0x01, 0x02]
        for place in file.indices where file[place...].starts(with: directory) {
            file[place + 46] = UInt8(ascii: "x")
        }
        let failure = #expect(throws: ToolFailure.self) { try ZipArchive(file) }
        #expect(failure?.message.contains("two members of the name x.npy") == true)
    }

    /// A damaged file is refused or read, and never traps.
    @Test(arguments: ["x-column-major.npy", "deflated.npz", "f32.safetensors", "table.csv"])
    func damagedFilesAreRefusedOrRead(_ name: String) throws {
        let good = try Samples.bytes(name)
        for seed in UInt64(0)..<3_000 {
            var random = SplitMix64(seed: seed)
            var file = good
            for _ in 0...Int.random(in: 0..<3, using: &random) {
                let place = file.indices.randomElement(using: &random) ?? 0
                switch Int.random(in: 0..<4, using: &random) {
                case 0: file[place] = UInt8.random(in: 0...255, using: &random)
                case 1: file[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                case 2: file.remove(at: place)
                default: file = Array(file[..<max(1, place)])
                }
            }
            _ = try? NumPyArray.parse(file)
            _ = try? ZipArchive(file).array(named: "x")
            _ = try? SafeTensors(file)
            _ = try? CSVTable(file)
        }
    }
}

@Suite struct Tables {
    @Test func titlesAreALineWithSomethingThatIsNoNumber() throws {
        let table = try CSVTable(Array("a,b\r\n1,-2e3\n\n 3 ,4.5".utf8))
        #expect(table.titles == ["a", "b"])
        #expect(table.rows == [[1, -2_000], [3, 4.5]])
        #expect(try CSVTable(Array("1,2\n3,4\n".utf8)).titles.isEmpty)
    }

    @Test func quotesEncloseCommasBreaksAndQuotes() throws {
        let table = try CSVTable(Array("\"a,\"\"b\"\"\",\"c\nd\"\n\"1\",2\n".utf8))
        #expect(table.titles == ["a,\"b\"", "c\nd"])
        #expect(table.rows == [[1, 2]])
    }

    /// As spreadsheets and libraries write them.
    @Test(arguments: [
        "\u{FEFF}1,2\r\n3,4\r\n", "\u{FEFF}1,2\n3,4", "1,2\r3,4\r", "\"1\",\"2\"\r\n\"3\",\"4\"",
        "\n1,2\n\n3,4\n\n",
    ]) func byteOrderMarksAndLineEndsDoNotMatter(_ text: String) throws {
        let table = try CSVTable(Array(text.utf8))
        #expect(table.titles.isEmpty && table.rows == [[1, 2], [3, 4]], "\(text)")
        let titled = try CSVTable(Array(("\u{FEFF}a, b\r\n" + text.drop { $0 == "\u{FEFF}" }).utf8))
        #expect(titled.titles == ["a", "b"] && titled.rows == table.rows)
    }

    /// A comma is a byte, whatever mark the next field begins with; titles are compared as bytes.
    @Test func aCommaBeforeACombiningMarkIsAComma() throws {
        let table = try CSVTable(Array("a,\u{301}b,\"\u{301}\"\r\n1,2,3\n".utf8))
        #expect(
            table.titles.map { Array($0.utf8) }
                == ["a", "\u{301}b", "\u{301}"].map { Array($0.utf8) })
        #expect(table.rows == [[1, 2, 3]])
        let alike = try CSVTable(Array("e\u{301},\u{e9}\n1,2\n".utf8))
        #expect(try alike.column("\u{e9}") == 1)
    }

    /// A first sample with a value missing must not vanish as titles.
    @Test func aFirstLineOfNumbersWithOneMissingIsNoTitle() throws {
        let failure = #expect(throws: ToolFailure.self) { try CSVTable(Array("1,,0\n2,3,1".utf8)) }
        #expect(failure?.message == "Line 1, column 2: \"\" is no number.")
    }

    /// pandas names columns without names 0, 1, 2 …
    @Test func aLineThatCountsFromZeroNeedsAWord() throws {
        let text = Array("0,1,2\n3,4,5\n".utf8)
        let failure = #expect(throws: ToolFailure.self) { try CSVTable(text) }
        #expect(failure?.message.contains("--no-titles") == true)
        #expect(try CSVTable(text, hasTitles: true).rows == [[3, 4, 5]])
        #expect(try CSVTable(text, hasTitles: true).column("2") == 2)
        #expect(try CSVTable(text, hasTitles: false).rows == [[0, 1, 2], [3, 4, 5]])
        #expect(try CSVTable(Array("0\n1\n".utf8)).rows == [[0], [1]])
    }

    @Test func failuresNameTheLine() throws {
        for (text, message) in [
            ("a,b\n\n\"x\ny\",1", "Line 3, column 1: \"x\ny\" is no number."),
            ("a\n\"1\n\n2\"\nz", "Line 2, column 1: \"1\n\n2\" is no number."),
            ("1,2\n\n3", "Line 3 has 1 fields, not 2."),
            ("1\n2\n\"3", "Line 3: a quote is not closed."),
            ("1\n2\n3\"", "Line 3: a quote stands inside a field."),
            ("1\n\"2\"3", "Line 2: a quote stands inside a field."),
        ] {
            let failure = #expect(throws: ToolFailure.self) { try CSVTable(Array(text.utf8)) }
            #expect(failure?.message == message)
        }
    }

    @Test(arguments: ["1,2\n3", "1\nx", "\"1\n2", "1\"2\n3", "1,\n2,x"])
    func refusesRaggedRowsAndWords(_ text: String) {
        #expect(throws: ToolFailure.self) { try CSVTable(Array(text.utf8)) }
    }

    @Test func columnsHaveTitlesOrPlaces() throws {
        let table = try CSVTable(Array("a,b\n1,2".utf8))
        #expect(try table.column("b") == 1)
        #expect(try table.column("0") == 0)
        for name in ["c", "2", "-1"] {
            #expect(throws: ToolFailure.self) { try table.column(name) }
        }
    }
}

@Suite struct SafeTensorsFiles {
    static func file(_ header: String, data: Int) -> [UInt8] {
        var file: [UInt8] = []
        file.appendLittleEndian(Int64(header.utf8.count), size: 8)
        return file + Array(header.utf8) + [UInt8](repeating: 0, count: data)
    }

    @Test func typesThatAreNotTakenAreNamed() {
        let header = #"{"a":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]}}"#
        let failure = #expect(throws: ToolFailure.self) {
            try SafeTensors(SafeTensorsFiles.file(header, data: 4))
        }
        #expect(failure?.message.hasPrefix("The tensor a is of type F8_E4M3, which") == true)
    }

    @Test func readsWhatItWrites() throws {
        let tensors = [
            (name: "a\"b", shape: [2, 1], values: [1.5, -0.25]),
            (name: "c", shape: [], values: [3.0]),
        ]
        for single in [true, false] {
            let file = try SafeTensors(
                SafeTensors.encode(tensors, single: single, metadata: [("format", "pt")]))
            #expect(file.tensors.map(\.name) == ["a\"b", "c"])
            #expect(file.tensors.map(\.shape) == [[2, 1], []])
            #expect(file.tensors.map { file.values(of: $0) } == [[1.5, -0.25], [3]])
        }
    }

    /// The library orders tensors by where they begin and end: one without bytes stands first.
    @Test func tensorsWithoutBytesAreReadWhateverTheirName() throws {
        let header =
            #"{"b":{"dtype":"F64","shape":[0,3],"data_offsets":[0,0]},"#
            + #""a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"#
            + #""c":{"dtype":"F64","shape":[0],"data_offsets":[2,2]}}"#
        let file = try SafeTensors(SafeTensorsFiles.file(header, data: 2))
        #expect(file.tensors.map(\.name) == ["b", "a", "c"])
        #expect(file.tensors.map { file.values(of: $0).count } == [0, 2, 0])
    }

    @Test func aModelMayHaveThousandsOfTensors() throws {
        let tensors = (0..<5_000).map { (name: "t\($0)", shape: [1], values: [Double($0)]) }
        let file = try SafeTensors(SafeTensors.encode(tensors, single: true, metadata: []))
        #expect(file.tensors.count == 5_000)
        #expect(file.values(of: file.tensors[4_999]) == [4_999])
    }

    @Test(arguments: [
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}"#, 5),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}"#, 8),
        (#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, 4),
        (#"{"a":{"dtype":"F8","shape":[4],"data_offsets":[0,4]}}"#, 4),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, 4),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#, 4),
        (#"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"x":1}}"#, 4),
        (#"{"a":{"dtype":"U8","shape":[99999999999],"data_offsets":[0,4]}}"#, 4),
        (#"{"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]},"a":{}}"#, 1),
        (#"{"a":{"dtype":"U8","dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1),
        (#"{"a":{"dtype":"U8","data_offsets":[0,1]}}"#, 1),
        (#"{"__metadata__":{"n":1},"a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1),
        (#"{"__metadata__":"n","a":{"dtype":"U8","shape":[],"data_offsets":[0,1]}}"#, 1),
        (#"{"a":{"dtype":"U8","shape":[],"data_offsets":[0,18446744073709551615]}}"#, 1),
        ("[]", 0), ("{", 0),
    ])
    func refusesHolesOverlapsAndUnknownTypes(_ header: String, _ data: Int) {
        let file = SafeTensorsFiles.file(header, data: data)
        #expect(throws: ToolFailure.self) { try SafeTensors(file) }
    }
}
