import ABI
import Content
import Marketplace

/// The `upload` messages that bring a stream into a job, one payload an input, in order.
package struct UploadPlan: Sendable {
    /// The largest payload that the InputBox takes: 64 KiB with everything around it.
    package static var payloadLimit: Int { 65_216 }

    private let cid: [UInt8]
    private let stream: [UInt8]
    private let job: UInt64

    package init(_ source: FileSource, job: UInt64) {
        cid = source.root.binary
        stream = source.stream
        self.job = job
    }

    /// Bytes of the stream in a piece that is not the last.
    package var pieceSize: Int {
        // Selector, five heads, and two byte strings with their lengths, in words of 32.
        let frame = 4 + 32 * 5 + 32 + (cid.count + 31) / 32 * 32 + 32
        return (UploadPlan.payloadLimit - frame) / 32 * 32
    }

    /// The offset behind the piece that begins at `offset`.
    package func end(of offset: Int) -> Int {
        min(offset + pieceSize, stream.count)
    }

    /// The message with the piece that begins at `offset`, which is within the stream.
    package func payload(at offset: Int) throws(ABIError) -> [UInt8] {
        try MessageFunctions.upload.encode([
            .uint(job), .bytes(cid), .uint(UInt64(stream.count)), .uint(UInt64(offset)),
            .bytes(Array(stream[offset..<end(of: offset)])),
        ])
    }

    /// All messages from `offset` on.
    package func payloads(from offset: Int = 0) throws(ABIError) -> [[UInt8]] {
        var payloads: [[UInt8]] = []
        var next = offset
        while next < stream.count {
            payloads.append(try payload(at: next))
            next = end(of: next)
        }
        return payloads
    }
}
