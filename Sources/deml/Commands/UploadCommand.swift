import ABI
import ArgumentParser
import Client
import Content
import CoreCommands
import JSON
import Terminal
import Vouchers

/// `deml upload`: a file as inputs.
struct UploadCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "upload",
        abstract: "Turn a file into the inputs that bring it into a job.",
        discussion: """
            The source is a file, which becomes blocks by the profile, a CAR file (--car), a folder \
            of blocks named by their CIDs, or a CID that a gateway or a Kubo node serves (--gateway, \
            --kubo). Under a raw root the file itself is uploaded, under a dag-pb root a CAR of its \
            blocks in the order of the file, each at every visit. Everything is verified before a \
            line is printed.

            Without options each line is a payload as 0x and digits. With --fixture it is a line \
            of inputs.jsonl, with --transactions a call of the InputBox. With --rpc they are sent \
            at once, in order, through a node that signs for the sender, as the development node \
            does. An upload that was interrupted goes on at the offset that the application says is \
            due (--inspect).
            """)

    @Argument(help: "A file, - for standard input, a folder of blocks, or a CID.")
    var source: String

    @Option(help: "The job.")
    var job: UInt64

    @Option(help: "\(ProfileName.allCases.map(\.rawValue).joined(separator: ", ")).")
    var profile: ProfileName = .raw

    @Flag(help: "The source is a CAR file.")
    var car = false

    @Option(help: "The root in a CAR file or a folder; by default the only one there is.")
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

    @Option(
        help: """
            Ask the application here what it has already, as http://127.0.0.1:8080/inspect/deml; \
            by default beside an --rpc that ends in /eth.
            """)
    var inspect: String?

    @Flag(help: "Begin anew, also when another offset is due.")
    var restart = false

    @Option(help: "The application's address.", transform: Arguments.address)
    var app = Address.zero

    @Option(
        help: "Who uploads: in a fixture, through a node, and for --inspect.",
        transform: Arguments.address)
    var sender = Address.zero

    @Option(help: "The chain in a fixture.")
    var chainID: UInt64 = 31_337

    @Option(help: "The index of the first input in a fixture.")
    var firstIndex: UInt64 = 0

    @Option(help: "The block time of the first input in a fixture.")
    var timestamp: UInt64 = 0

    @Option(
        help: """
            The InputBox that the application listens to (deml portals); where the application is \
            asked, by default the one that its node watches.
            """,
        transform: Arguments.address)
    var inputBox: Address?

    @Flag(help: "One JSON object: root, sizes and payloads.")
    var json = false

    func validate() throws {
        if [car, gateway != nil, kubo != nil].count(where: { $0 }) > 1 {
            throw ValidationError("Choose one of --car, --gateway and --kubo.")
        }
        if [json, fixture, transactions, rpc != nil].count(where: { $0 }) > 1 {
            throw ValidationError("Choose one of --json, --fixture, --transactions and --rpc.")
        }
        if fixture || transactions || rpc != nil, app.isZero {
            throw ValidationError("--app: expected the application's address.")
        }
        if rpc != nil || inspect != nil, sender.isZero {
            throw ValidationError("--sender: expected the address that uploads.")
        }
        if let rpc, inspect == nil, !rpc.hasSuffix("/eth") {
            throw ValidationError("--inspect: say where the application answers.")
        }
    }

    func run() throws {
        let source = try fileSource()
        guard !source.file.isEmpty else {
            throw ToolFailure("empty", "\(self.source) has no bytes: nothing is to be uploaded")
        }
        let inspection = try inspect.map { try Inspection($0) }
        if let rpc {
            try send(source, through: rpc, inspection)
        } else {
            try show(source, inspection)
        }
    }

    /// Sends what is due, and waits until the application has it.
    private func send(_ source: FileSource, through rpc: String, _ given: Inspection?) throws {
        guard let inspection = try given ?? Inspection(besideChain: rpc) else { return }
        let target = NodeTarget(
            transactions: try TransactionSender(
                rpc, sender: sender, inputBox: try inputBox ?? inspection.inputBox()),
            application: app, inspection: inspection)
        var progress = Progress(label: "bytes", total: source.stream.count)
        guard
            let start = try target.start(
                of: source, in: job, from: sender, restarting: restart)
        else {
            StandardError.writeLine("\(source.root.text) is whole already")
            return
        }
        if start > 0 { StandardError.writeLine("goes on at byte \(start)") }
        try Uploader(source, job: job, from: sender, to: target).run(from: start) { line, sent in
            try StandardOutput.writeLine(line)
            progress.update(sent)
        }
        progress.finish()
    }

    /// Prints what is due, or everything when nobody is asked.
    private func show(_ source: FileSource, _ inspection: Inspection?) throws {
        var start = 0
        if let inspection {
            guard
                let due = try inspection.start(
                    of: source, in: job, from: sender, restarting: restart)
            else {
                throw ToolFailure("whole", "\(source.root.text) is whole already")
            }
            start = due
        }
        let payloads = try UploadPlan(source, job: job).payloads(from: start)
        if json {
            try StandardOutput.writeLine(summary(of: source, from: start, payloads))
        } else if fixture {
            let first = Metadata(
                chainID: chainID, appContract: app, messageSender: sender,
                blockNumber: 1_000 + firstIndex, blockTimestamp: timestamp, prevRandao: .zero,
                inputIndex: firstIndex)
            for line in InputLine.fixture(payloads, from: first) {
                try StandardOutput.writeLine(line)
            }
        } else if transactions {
            // What goes to another InputBox than the application's is lost in silence.
            guard let inputBox = try inputBox ?? inspection?.inputBox() else {
                throw ValidationError(
                    "--input-box: say where the application listens; deml portals lists them.")
            }
            let lines = try InputLine.transactions(
                payloads, application: app, inputBox: inputBox)
            for line in lines { try StandardOutput.writeLine(line) }
        } else {
            for payload in payloads { try StandardOutput.writeLine(payload.hexadecimal) }
        }
    }

    private func fileSource() throws -> FileSource {
        if let gateway {
            return try FileSource(
                car: try Gateway.fetch(source, from: gateway, .trustless), root: source)
        }
        if let kubo {
            return try FileSource(car: try Gateway.fetch(source, from: kubo, .kubo), root: source)
        }
        if BlockFolder.exists(source) { return try FileSource(folder: source, root: root) }
        let bytes = try Files.readArgument(source)
        return car
            ? try FileSource(car: bytes, root: root)
            : try FileSource(file: bytes, profile: profile)
    }

    private func summary(
        of source: FileSource, from offset: Int, _ payloads: [[UInt8]]
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.string("root", source.root.text)
        writer.number("fileSize", UInt64(source.file.count))
        writer.number("size", UInt64(source.stream.count))
        writer.number("offset", UInt64(offset))
        writer.beginArray("payloads")
        for payload in payloads { writer.hex(payload) }
        writer.endArray()
        writer.endObject()
        return writer.bytes
    }
}
