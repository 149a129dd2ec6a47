import ABI
import Content
import Marketplace
import Rollup
import Vouchers

/// The program in the rollup machine: configuration, then the loop.
@main
struct RollupApp {
    static func main() {
        if let argument = HostProcess.argument(1) {
            // Hidden: the program checks itself where it runs, and does not serve.
            guard Array(argument.utf8) == Array("--self-test".utf8) else {
                HostProcess.log("takes no arguments")
                HostProcess.exit(status: 2)
            }
            HostProcess.exit(status: SelfChecks.run() ? 0 : 1)
        }
        // Everything is read before the first `/finish`, where the machine's template is taken.
        var url = ServerURL.standard
        if let text = HostProcess.environment("\(Rollup.serverVariable)") {
            do throws(ServerURL.ParsingError) {
                url = try ServerURL(parsing: text)
            } catch {
                HostProcess.log("\(Rollup.serverVariable) is not an address: \(error.message)")
                HostProcess.exit(status: 2)
            }
        }
        var configuration = Configuration()
        do throws(ConfigurationError) {
            configuration = try Configuration { HostProcess.environment($0) }
        } catch {
            HostProcess.log("\(error.variable): expected \(error.expected)")
            HostProcess.exit(status: 2)
        }
        var drive = ContentDrive()
        if let path = HostProcess.environment("\(DriveFiles.variable)") {
            do throws(DriveFiles.Failure) {
                drive = try DriveFiles.read(path)
            } catch {
                HostProcess.log("\(DriveFiles.variable): \(error.message)")
                HostProcess.exit(status: 2)
            }
        }
        let transport = HTTPTransport(url: url, connection: SocketConnection(url: url))
        let application = Deml(configuration: configuration, drive: drive)
        var loop = RollupLoop(application: application, transport: transport)
        let failure = loop.run()
        HostProcess.log("stopped: \(failure.message)")
        HostProcess.exit(status: 1)
    }
}

/// The engine as the loop calls it.
struct Deml: Application {
    private var engine: Engine

    init(configuration: Configuration, drive: ContentDrive) {
        engine = Engine(configuration: configuration, drive: drive)
    }

    mutating func advance(_ input: Input) -> Outcome {
        engine.advance(input)
    }

    mutating func inspect(_ query: [UInt8]) -> [[UInt8]] {
        engine.inspect(query)
    }
}
