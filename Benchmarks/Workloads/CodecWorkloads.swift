import ABI
import Content
import Marketplace
import Verifier

/// Encoding, decoding, hashes and signatures.
enum CodecWorkloads {
    static func run() {
        var sink = Sink()
        messages(&sink)
        hashes(&sink)
        signatures(&sink)
        Measurement.expect(sink.sum != 0, "something was computed")
    }

    private static func messages(_ sink: inout Sink) {
        let raw = CID.raw(Array("a blob".utf8)).binary
        let values: [(String, ABIFunction, [ABIValue])] = [
            ("`postJob`", MessageFunctions.postJob, [terms, .number(.max)]),
            (
                "`relay` of a `commit`", MessageFunctions.relay,
                [
                    .address(.zero), .uint(0), .uint(1),
                    .bytes(encode(MessageFunctions.commit, [.uint(0), .bytes32(.zero)])),
                    .bytes([UInt8](repeating: 1, count: 65)),
                ]
            ),
            (
                "`commit`", MessageFunctions.commit, [.uint(0), .bytes32(.zero)]
            ),
            (
                "`upload` of 1,024 bytes", MessageFunctions.upload,
                [
                    .uint(0), .bytes(raw), .uint(1_024), .uint(0),
                    .bytes([UInt8](repeating: 7, count: 1_024)),
                ]
            ),
            (
                "`upload` of 64,000 bytes", MessageFunctions.upload,
                [
                    .uint(0), .bytes(raw), .uint(64_000), .uint(0),
                    .bytes([UInt8](repeating: 7, count: 64_000)),
                ]
            ),
        ]
        for (name, function, arguments) in values {
            // Once before: the first use of a declaration also makes it.
            var payload = encode(function, arguments)
            sink.take(decode(payload))
            Measurement.run("encoding \(name)") { payload = encode(function, arguments) }
            Measurement.run("decoding \(name)") { sink.take(decode(payload)) }
        }
    }

    /// A job with everything: 8 rounds, a trainer, a description and an architecture of 8 layers.
    static var terms: ABIValue {
        let architecture = Blobs.architecture(
            [1, 8, 8],
            [
                Blobs.convolution(8, kernel: 3, padding: 1), Blobs.relu, Blobs.halvingMaxPool,
                Blobs.convolution(16, kernel: 3, padding: 1), Blobs.relu, Blobs.halvingMaxPool,
                Blobs.flatten, Blobs.dense(10),
            ], head: 1)
        let cid = CID.raw(Array("a blob".utf8)).binary
        let word = Keccak256.hash([])
        return .tuple([
            .uint(3), .bool(true), .address(.zero), .uint(1_000), .uint(64), .uint(8),
            .uint(50), .uint(60), .uint(10_000), .uint(1 << 40), .bytes(architecture.bytes),
            .bytes(cid), .uint(200), .uint(1), .uint(0), .uint(1), .bytes(cid), .bytes(cid),
            .array([ABIValue](repeating: .bytes32(word), count: 8)), .bytes32(word),
            .array([.uint(3_600), .uint(3_600), .uint(3_600), .uint(0), .uint(3_600)]),
            .bytes32(word),
        ])
    }

    static func encode(_ function: ABIFunction, _ values: [ABIValue]) -> [UInt8] {
        do throws(ABIError) {
            return try function.encode(values)
        } catch {
            Measurement.fail("encode \(function.name)")
        }
    }

    private static func decode(_ payload: [UInt8]) -> Int64 {
        do throws(Refusal) {
            switch try Message(payload: payload) {
            case .postJob(let terms, _, _): return Int64(terms.slots)
            case .upload(_, let piece): return Int64(piece.bytes.count)
            default: return 1
            }
        } catch {
            Measurement.fail("decode")
        }
    }

    private static func hashes(_ sink: inout Sink) {
        for size in [64, 65_536] {
            let bytes = [UInt8](repeating: 7, count: size)
            Measurement.run("Keccak-256 of \(size) bytes, per byte", per: size) {
                sink.take(Int64(Keccak256.hash(bytes).bytes[0]))
            }
            Measurement.run("SHA-256 of \(size) bytes, per byte", per: size) {
                sink.take(Int64(SHA256.hash(bytes).bytes[0]))
            }
        }
    }

    private static func signatures(_ sink: inout Sink) {
        let signer = Signer(number: 1)
        let relay = RelayMessage(
            signer: signer.address, nonce: .zero, deadline: 1,
            message: encode(MessageFunctions.commit, [.uint(0), .bytes32(.zero)]))
        let separator = RelayMessage.domain(chainID: 1, application: .zero).separator
        let signature = signer.sign(relay.digest(separator: separator))
        Measurement.run("EIP-712 digest of a relay") {
            sink.take(Int64(relay.digest(separator: separator).bytes[0]))
        }
        Measurement.run("digest and signer of a relay") {
            do throws(RecoveryError) {
                try relay.verify(signature, separator: separator)
            } catch {
                Measurement.fail("relay: \(error.code)")
            }
        }
        sink.take(1)
    }
}
