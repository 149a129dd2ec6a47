import ABI
import Content
import Marketplace

/// The `upload` messages that bring blocks into a job, one payload an input.
public struct UploadPlan: Sendable {
    /// The largest payload that the InputBox takes: 64 KiB with everything around it.
    public static var payloadLimit: Int { 65_216 }

    /// Encoded messages, block after block, each block's pieces in order: one upload is open at a
    /// time, so that a block is finished before the next one begins.
    public let payloads: [[UInt8]]

    public init(_ blocks: [Block], job: UInt64) throws(ABIError) {
        var payloads: [[UInt8]] = []
        for block in blocks {
            let cid = block.cid.binary
            // Selector, five heads, and two byte strings with their lengths, in words of 32.
            let frame = 4 + 32 * 5 + 32 + (cid.count + 31) / 32 * 32 + 32
            let room = (UploadPlan.payloadLimit - frame) / 32 * 32
            var offset = 0
            while offset < block.bytes.count {
                let end = min(offset + room, block.bytes.count)
                payloads.append(
                    try MessageFunctions.upload.encode([
                        .uint(job), .bytes(cid), .uint(UInt64(block.bytes.count)),
                        .uint(UInt64(offset)), .bytes(Array(block.bytes[offset..<end])),
                    ]))
                offset = end
            }
        }
        self.payloads = payloads
    }
}
