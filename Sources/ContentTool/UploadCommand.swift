import ABI
import ArgumentParser
import Content
import JSON
import Operations

/// `deml upload`: content as inputs.
public struct UploadCommand: ParsableCommand {
    public static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Turn content into the inputs that bring it into a job.",
        discussion: """
            The source is a file, which becomes blocks by the profile, a CAR file (--car), or a \
            CID that a gateway or a Kubo node serves (--gateway, --kubo). Everything is verified \
            before a line is printed.

            Without options each line is a payload as 0x and digits. With --fixture it is a line \
            of inputs.jsonl, with --transactions a call of the InputBox. With --rpc they are sent \
            at once, through a node that signs for the sender, as the development node does.
            """)

    @Argument(help: "A file, - for standard input, or a CID.")
    var source: String

    @Option(help: "The job.")
    var job: UInt64

    @Option(help: "\(ProfileName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var profile: ProfileName = .raw

    @Flag(help: "The source is a CAR file.")
    var car = false

    @Option(help: "The root in the CAR file; by default the only one in its header.")
    var root: String?

    @Option(help: "Fetch the CID from this trustless gateway, as http://127.0.0.1:8080.")
    var gateway: String?

    @Option(help: "Fetch the CID from this node's RPC, as http://127.0.0.1:5001.")
    var kubo: String?

    @Flag(help: "Print lines of inputs.jsonl.")
    var fixture = false

    @Flag(help: "Print transactions to the InputBox.")
    var transactions = false

    @Option(help: "Send through this node's RPC, as http://127.0.0.1:8080/eth; prints the hashes.")
    var rpc: String?

    @Option(help: "The application's address.")
    var app = "0x0000000000000000000000000000000000000000"

    @Option(help: "The sender in a fixture or through a node.")
    var sender = "0x0000000000000000000000000000000000000000"

    @Option(help: "The chain in a fixture.")
    var chainID: UInt64 = 31_337

    @Option(help: "The index of the first input in a fixture.")
    var firstIndex: UInt64 = 0

    @Option(help: "The block time of the first input in a fixture.")
    var timestamp: UInt64 = 0

    @Option(help: "The InputBox; by default that of the contracts 2.1 and 2.2.")
    var inputBox = "0x1b51e2992A2755Ba4D6F7094032DF91991a0Cfac"

    @Flag(help: "One JSON object: root, blocks and payloads.")
    var json = false

    public init() {}

    public func validate() throws {
        if [car, gateway != nil, kubo != nil].count(where: { $0 }) > 1 {
            throw ValidationError("Choose one of --car, --gateway and --kubo.")
        }
        if [json, fixture, transactions].count(where: { $0 }) > 1 {
            throw ValidationError("Choose one of --json, --fixture and --transactions.")
        }
        if (fixture || transactions), (try? address(app, "--app"))?.isZero != false {
            throw ValidationError("--app: expected the application's address.")
        }
    }

    public func run() throws {
        let blocks = try blockSource()
        let plan = try UploadPlan(blocks.blocks, job: job)
        guard !plan.payloads.isEmpty else {
            throw ToolFailure(
                "empty", "\(source) has no bytes of its own: nothing is to be uploaded")
        }
        if json {
            Streams.writeLine(summary(of: blocks, plan))
        } else if fixture {
            let first = InputLine.Metadata(
                chainID: chainID, application: try address(app, "--app"),
                sender: try address(sender, "--sender"), blockNumber: 1_000 + firstIndex,
                timestamp: timestamp, index: firstIndex)
            for line in InputLine.fixture(plan.payloads, from: first) { Streams.writeLine(line) }
        } else if transactions {
            let lines = try InputLine.transactions(
                plan.payloads, application: try address(app, "--app"),
                inputBox: try address(inputBox, "--input-box"))
            for line in lines { Streams.writeLine(line) }
        } else if let rpc {
            let node = try TransactionSender(rpc, sender: try address(sender, "--sender"))
            let (application, box) = (
                try address(app, "--app"), try address(inputBox, "--input-box")
            )
            for payload in plan.payloads {
                let call = try InputLine.call(payload, application)
                Streams.writeLine(try node.send(to: box, call))
            }
        } else {
            for payload in plan.payloads { Streams.writeLine(payload.hexadecimal) }
        }
    }

    private func blockSource() throws -> BlockSource {
        if let gateway {
            return try BlockSource(
                car: try Gateway.fetch(source, from: gateway, .trustless), root: source)
        }
        if let kubo {
            return try BlockSource(
                car: try Gateway.fetch(source, from: kubo, .kubo), root: source)
        }
        let bytes = try Streams.read(source)
        return car
            ? try BlockSource(car: bytes, root: root)
            : try BlockSource(file: bytes, profile: profile)
    }

    private func summary(of source: BlockSource, _ plan: UploadPlan) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("root", source.root.text)
        writer.beginArray("blocks")
        for block in source.blocks {
            writer.beginObject()
            writer.string("cid", block.cid.text)
            writer.number("size", UInt64(block.bytes.count))
            writer.endObject()
        }
        writer.endArray()
        writer.beginArray("payloads")
        for payload in plan.payloads { writer.hex(payload) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }

    private func address(_ text: String, _ option: String) throws -> Address {
        guard let address = Address(hex: text) else {
            throw ValidationError("\(option): expected 0x and 40 hexadecimal digits.")
        }
        return address
    }
}
