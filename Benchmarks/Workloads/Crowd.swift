import ABI
import Content
import Marketplace
import Verifier
import Vouchers

/// An engine with a clock and as many accounts as one likes: `Crowd.account(n)` for any n.
struct Crowd {
    static let application = account(1 << 40)
    static let chainID: UInt64 = 31_337
    static let wealth = UInt256(1_000_000_000_000_000_000 as UInt64)

    private(set) var engine = Engine(configuration: Configuration(contracts: AddressBook(.v2_1)))
    var now: UInt64 = 1_700_000_000
    private var inputs: UInt64 = 0
    /// Jobs so far: the next one has this number.
    private(set) var jobs: UInt64 = 0

    /// The address of an account, spread over all bytes as real ones are.
    static func account(_ number: UInt64) -> Address {
        let digest = Keccak256.hash(UInt256(number).bytes32.bytes)
        return Address(digest.bytes, at: 12) ?? .zero
    }

    /// Sends a message, which must be accepted; `name`d, it is measured from the decoded input to its
    /// outcome.
    mutating func send(
        _ function: ABIFunction, _ values: ABIValue..., from sender: Address,
        as name: String? = nil
    ) {
        let outcome = run(input(CodecWorkloads.encode(function, values), from: sender), as: name)
        if let report = outcome.reports.first {
            Measurement.fail("\(function.name): " + String(decoding: report, as: UTF8.self))
        }
        if function == MessageFunctions.postJob { jobs += 1 }
    }

    /// The `advance` with whose time a job ends: the message itself comes too late.
    mutating func measureEnd(_ name: String, of job: UInt64, from sender: Address) {
        let message = CodecWorkloads.encode(MessageFunctions.advance, [.uint(job)])
        let outcome = run(input(message, from: sender), as: name)
        Measurement.expect(
            outcome.reports.count == 1 && !outcome.outputs.isEmpty, "job \(job) did not end")
    }

    mutating func deposit(to account: Address, as name: String? = nil) {
        accept(
            input(
                account.bytes + Crowd.wealth.bytes32.bytes, from: AddressBook(.v2_1).portals.ether),
            as: name)
    }

    /// A deposit of one unit of an ERC-20 token.
    mutating func deposit(of token: Address, to account: Address) {
        accept(
            input(
                token.bytes + account.bytes + UInt256.one.bytes32.bytes,
                from: AddressBook(.v2_1).portals.erc20))
    }

    /// A deposit of one unit of each of these ids of an ERC-1155 token.
    mutating func deposit(ids: Range<UInt64>, of token: Address, to account: Address) {
        let word = ABIType.uint256
        let parameters = [
            ABIParameter("ids", .array(word)), ABIParameter("values", .array(word)),
            ABIParameter("baseLayerData", .bytes), ABIParameter("execLayerData", .bytes),
        ]
        do throws(ABIError) {
            let lists = try ABIEncoder.encode(
                [
                    .array(ids.map { .uint($0) }), .array(ids.map { _ in .uint(1) }), .bytes([]),
                    .bytes([]),
                ], as: parameters)
            accept(
                input(
                    token.bytes + account.bytes + lists,
                    from: AddressBook(.v2_1).portals.erc1155Batch))
        } catch {
            Measurement.fail("a deposit of ids")
        }
    }

    private mutating func accept(_ input: Input, as name: String? = nil) {
        Measurement.expect(run(input, as: name).reports.isEmpty, "a deposit was refused")
    }

    private mutating func run(_ input: Input, as name: String?) -> Outcome {
        guard let name else { return engine.advance(input) }
        var outcome = Outcome()
        Measurement.run(name) { outcome = engine.advance(input) }
        return outcome
    }

    func measureInspect(_ name: String, _ path: String) {
        let query = Array(path.utf8)
        var answers: [[UInt8]] = []
        Measurement.run(name) { answers = engine.inspect(query) }
        // Every answer begins with {"error" or does not.
        Measurement.expect(
            answers.count == 1 && !answers[0].starts(with: Array("{\"error".utf8)),
            "inspect \(path)")
    }

    private mutating func input(_ payload: [UInt8], from sender: Address) -> Input {
        inputs += 1
        return Input(
            metadata: Metadata(
                chainID: Crowd.chainID, appContract: Crowd.application, messageSender: sender,
                blockNumber: inputs, blockTimestamp: now, inputIndex: inputs), payload: payload)
    }
}

/// The smallest job there is: logistic regression on one feature, four samples.
enum SmallJob {
    static let window: UInt64 = 3_600
    /// Of CLAIM and REVEAL.
    static let answerWindow: UInt64 = 86_400
    static let openWindow: UInt64 = 86_400
    /// Of jobs that are there while others are measured: no input ends them by the way.
    static let longWindow: UInt64 = 2_592_000
    static let salt = Keccak256.hash([7])
    static let architecture = Blobs.architecture([1], [Blobs.dense(1)], head: 2)

    /// One negative and one positive feature for each class, different for each `number`.
    static func data(_ number: UInt64) -> [UInt8] {
        var blob = Array("DMLD".utf8)
        blob += [1, 1, 0, 15, 4, 0, 0, 0, 1, 0, 0, 0, 1, 0] as [UInt8]
        blob += [UInt8](repeating: 0, count: 14)
        let parts = [0, 6, 12].map { UInt8(number >> $0 & 63) }
        blob += [0xfc &- parts[0], 0xfe &- parts[1], 2 &+ parts[2], 4] as [UInt8]
        blob += [0, 0, 0, 0, 1, 0, 1, 0] as [UInt8]
        return blob
    }

    /// The base model of the job with this number; those from 2^17 on are not the crowd's.
    static func base(_ number: UInt64) -> [UInt8] {
        model(weight: UInt16(number & 0xFFF | number >> 5 & 0x1000))
    }

    /// Full, i32: `weight` is raw Q16.16, the bias zero.
    static func model(weight: UInt16) -> [UInt8] {
        var blob = Array("DMLW".utf8)
        blob += [1, 0, 4, 0] as [UInt8]
        blob += architecture.id.bytes.prefix(16)
        blob += [2, 0] as [UInt8]
        blob += [UInt8](repeating: 0, count: 10)
        blob += [UInt8(truncatingIfNeeded: weight), UInt8(truncatingIfNeeded: weight >> 8)]
        blob += [UInt8](repeating: 0, count: 6)
        return blob
    }

    /// Unsealed POSTED, or sealed BEST, for four clients, with the blobs of this number.
    static func terms(
        sponsor: Address, isSealed: Bool, number: UInt64, openWindow: UInt64 = openWindow
    ) -> ABIValue {
        let digest = SHA256.hash(data(number))
        let evaluation =
            isSealed
            ? Commitment.dataHash(
                chainID: Crowd.chainID, application: Crowd.application, sponsor: sponsor,
                jobSalt: .zero, round: 0, salt: salt, dataDigest: digest) : digest
        let answer = isSealed ? answerWindow : 0
        return .tuple([
            .uint(isSealed ? 1 : 0), .bool(isSealed), .address(.zero), .uint(1_000),
            .uint(4), .uint(1), .uint(50), .uint(60), .uint(10_000), .uint(0),
            .bytes(architecture.bytes), .bytes(CID.raw(base(number)).binary), .uint(4),
            .uint(1), .uint(0), .uint(4), .bytes([]), .bytes([]), .array([.bytes32(evaluation)]),
            .bytes32(.zero),
            .array([
                .uint(window), .uint(isSealed ? window : openWindow),
                .uint(isSealed ? window : 0), .uint(answer), .uint(answer),
            ]), .bytes32(.zero),
        ])
    }

    static func termsHash(_ terms: ABIValue) -> Bytes32 {
        do throws(ABIError) {
            return Keccak256.hash(try ABIEncoder.encode([terms], as: [JobTerms.parameter]))
        } catch {
            Measurement.fail("terms")
        }
    }

    /// What `client` commits to a model with.
    static func commitment(to model: [UInt8], of client: Address, job: UInt64) -> ABIValue {
        .bytes32(
            Commitment.hash(
                chainID: Crowd.chainID, application: Crowd.application, job: job, round: 0,
                client: client, boundDigest: SHA256.hash(client.bytes + model), salt: salt))
    }
}
