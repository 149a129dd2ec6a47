import ABI
import Archive
import Foundation
import TestSupport
import Testing

@testable import Content

/// The CID that `ipfs add` prints, for both profiles of IPIP-499.
@Suite(.enabled(if: Places.hasVectors, "no published vectors beside the checkout"))
struct ProfileTests {
    @Test func everyProfileGivesThePublishedCID() throws {
        let vectors = try #require(try Places.vector("unixfs/unixfs.json") as? [String: Any])
        let entries = try #require(vectors["ipip_499"] as? [[String: Any]])
        // One key stream serves both sizes of a seed.
        var streams: [String: [UInt8]] = [:]
        var count = 0
        for entry in entries {
            // A GiB each: the same rule one level up, and too much for a unit test.
            if entry["not_checked_here"] != nil { continue }
            let profile =
                entry["profile"] as? String == "unixfs-v0-2015"
                ? FileProfile.unixfsV0_2015 : .unixfsV1_2025
            let name = "\(entry["profile"] ?? "") \(entry["name"] ?? "")"
            let file: [UInt8]
            if let text = entry["utf8"] as? String {
                file = Array(text.utf8)
            } else {
                let seed = try #require(entry["seed"] as? String)
                let size = try #require(entry["size"] as? Int)
                if streams[seed, default: []].count < size {
                    streams[seed] = KeyStream.bytes(seed: seed, count: size | 1)
                }
                file = Array(try #require(streams[seed])[..<size])
            }
            let digest = try #require(entry["sha256"] as? String)
            #expect(SHA256.hash(file).bytes == bytes(hex: digest), "\(name)")
            let blocks = FileEncoder.blocks(of: file, profile: profile)
            let root = try #require(blocks.last).cid
            #expect(root.text == entry["cid"] as? String, "\(name)")
            #expect(blocks.count == entry["blocks"] as? Int, "\(name)")
            guard root.codec == CID.dagPBCodec else { continue }
            try check(blocks, file, "\(name)")
            count += 1
        }
        print("unixfs.json: ipip_499 \(count) files of nodes")
        #expect(count == 6)
    }

    /// The stream is read, and the independent resolver finds the same file.
    private func check(_ blocks: [Block], _ file: [UInt8], _ name: String) throws {
        let root = try #require(blocks.last).cid
        var byDigest: [Bytes32: [UInt8]] = [:]
        for block in blocks { byDigest[try #require(block.cid.digest)] = block.bytes }
        #expect(try FileResolver.file(root) { byDigest[$0] } == file, "\(name)")
        var stream = CARStream(root: root)
        let size = try CARStream.size(root: root) { byDigest[$0] }
        var reader = FileStream(
            cid: root, size: UInt32(size), length: file.count, boundTo: nil)
        while let part = try stream.next({ byDigest[$0] }) {
            for start in stride(from: 0, to: part.count, by: 65_000) {
                try reader.append(Array(part[start..<min(start + 65_000, part.count)]))
                #expect(reader.heldBytes <= FileStream.bound(file.count))
            }
        }
        let whole = try #require(reader.finish())
        #expect(whole.bytes == file && whole.digest == SHA256.hash(file), "\(name)")
    }
}

/// ChaCha20 (RFC 8439) with a zero nonce from block 0, keyed by the SHA-256 of a seed: how the
/// profiles' test files were made.
private enum KeyStream {
    static func bytes(seed: String, count: Int) -> [UInt8] {
        var state: [UInt32] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]
        let key = SHA256.hash(Array(seed.utf8)).bytes
        for word in 0..<8 {
            state.append((0..<4).reduce(0) { $0 | UInt32(key[4 * word + $1]) << UInt32(8 * $1) })
        }
        state += [0, 0, 0, 0]
        var result: [UInt8] = []
        result.reserveCapacity(count + 64)
        while result.count < count {
            block(state) { result.append(contentsOf: $0) }
            state[12] &+= 1
        }
        return Array(result[..<count])
    }

    private static func block(_ state: [UInt32], _ emit: (UnsafeRawBufferPointer) -> Void) {
        var words = state
        words.withUnsafeMutableBufferPointer { x in
            for _ in 0..<10 {
                quarter(x, 0, 4, 8, 12)
                quarter(x, 1, 5, 9, 13)
                quarter(x, 2, 6, 10, 14)
                quarter(x, 3, 7, 11, 15)
                quarter(x, 0, 5, 10, 15)
                quarter(x, 1, 6, 11, 12)
                quarter(x, 2, 7, 8, 13)
                quarter(x, 3, 4, 9, 14)
            }
            for index in 0..<16 { x[index] = (x[index] &+ state[index]).littleEndian }
            emit(UnsafeRawBufferPointer(x))
        }
    }

    @inline(__always)
    private static func quarter(
        _ x: UnsafeMutableBufferPointer<UInt32>, _ i: Int, _ j: Int, _ k: Int, _ l: Int
    ) {
        var (a, b, c, d) = (x[i], x[j], x[k], x[l])
        a = a &+ b
        d ^= a
        d = d &<< 16 | d &>> 16
        c = c &+ d
        b ^= c
        b = b &<< 12 | b &>> 20
        a = a &+ b
        d ^= a
        d = d &<< 8 | d &>> 24
        c = c &+ d
        b ^= c
        b = b &<< 7 | b &>> 25
        (x[i], x[j], x[k], x[l]) = (a, b, c, d)
    }
}
