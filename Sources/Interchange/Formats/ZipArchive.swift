import CZlib
import CoreCommands

/// The members of a `.npz` file, which is a ZIP archive of `.npy` files, stored or deflated.
///
/// Source: APPNOTE.TXT, the ZIP specification: the central directory at the end is what counts.
/// Encryption, several disks and archives beyond 4 GiB are refused, and so are two members of one name:
/// readers differ in which of them they take. The checksum of what is read is checked.
package struct ZipArchive {
    private struct Member {
        let name: String
        let method: Int
        let compressedSize: Int
        let size: Int
        let checksum: Int
        let offset: Int
    }

    private let file: [UInt8]
    private var members: [Member] = []

    /// Reads the directory.
    package init(_ file: [UInt8]) throws(ToolFailure) {
        self.file = file
        let end = try ZipArchive.endOfDirectory(file)
        let count = file.littleEndian(end + 10, 2)
        var place = file.littleEndian(end + 16, 4)
        // As bytes, because strings that look alike are equal.
        var names: Set<[UInt8]> = []
        for _ in 0..<count {
            guard place + 46 <= file.count, file.littleEndian(place, 4) == 0x0201_4B50 else {
                throw .format("The archive's directory is damaged.")
            }
            let nameLength = file.littleEndian(place + 28, 2)
            let extra = file.littleEndian(place + 30, 2)
            let comment = file.littleEndian(place + 32, 2)
            guard place + 46 + nameLength <= file.count,
                file.littleEndian(place + 8, 2) & 1 == 0
            else { throw .format("The archive's directory is damaged, or encrypted.") }
            let bytes = file[(place + 46)..<(place + 46 + nameLength)]
            guard let name = String(validating: bytes, as: UTF8.self) else {
                throw .format("The archive's directory has a name that is not UTF-8.")
            }
            guard names.insert(Array(bytes)).inserted else {
                throw .format("The archive has two members of the name \(name).")
            }
            members.append(
                Member(
                    name: name,
                    method: file.littleEndian(place + 10, 2),
                    compressedSize: file.littleEndian(place + 20, 4),
                    size: file.littleEndian(place + 24, 4),
                    checksum: file.littleEndian(place + 16, 4),
                    offset: file.littleEndian(place + 42, 4)))
            place += 46 + nameLength + extra + comment
        }
    }

    /// The array that numpy saved under `name`.
    package func array(named name: String) throws(ToolFailure) -> NumberArray {
        guard
            let member = members.first(where: { $0.name.utf8.elementsEqual((name + ".npy").utf8) })
        else {
            let names = members.map { $0.name.replacing(".npy", with: "") }
            throw .format(
                "The archive has no array \(name), but \(names.joined(separator: ", ")).")
        }
        return try NumPyArray.parse(contents(of: member))
    }

    private func contents(of member: Member) throws(ToolFailure) -> [UInt8] {
        let place = member.offset
        guard place + 30 <= file.count, file.littleEndian(place, 4) == 0x0403_4B50,
            member.size <= Interchange.fileLimit
        else { throw .format("\(member.name) is damaged in the archive.") }
        let start =
            place + 30 + file.littleEndian(place + 26, 2)
            + file.littleEndian(place + 28, 2)
        guard start + member.compressedSize <= file.count else {
            throw .format("\(member.name) is cut off in the archive.")
        }
        let compressed = file[start..<(start + member.compressedSize)]
        let bytes: [UInt8]
        switch member.method {
        case 0: bytes = Array(compressed)
        case 8: bytes = try ZipArchive.inflate(compressed, size: member.size, member.name)
        default: throw .format("\(member.name) is compressed in a way that is not read here.")
        }
        guard bytes.count == member.size, Int(czlib_crc32(bytes, bytes.count)) == member.checksum
        else { throw .format("\(member.name) is damaged: it is not what its checksum says.") }
        return bytes
    }

    private static func inflate(
        _ compressed: ArraySlice<UInt8>, size: Int, _ name: String
    ) throws(ToolFailure) -> [UInt8] {
        // A byte of DEFLATE gives at most 1,032: what claims more is not even tried.
        guard size <= 1_032 * (compressed.count + 1) else {
            throw .format("\(name) is damaged: it cannot decompress to \(size) bytes.")
        }
        var bytes = [UInt8](repeating: 0, count: max(1, size))
        let isWhole = compressed.withUnsafeBufferPointer {
            czlib_inflate($0.baseAddress, $0.count, &bytes, size)
        }
        guard isWhole == 1 else {
            throw .format("\(name) is damaged: it does not decompress to \(size) bytes.")
        }
        return size == 0 ? [] : bytes
    }

    /// The record at the end, which only a comment may follow.
    private static func endOfDirectory(_ file: [UInt8]) throws(ToolFailure) -> Int {
        var place = file.count - 22
        while place >= max(0, file.count - 22 - 65_535) {
            if file.littleEndian(place, 4) == 0x0605_4B50 { return place }
            place -= 1
        }
        throw .format("This is no .npz file.")
    }
}
