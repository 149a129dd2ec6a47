import Content
import Machine
import Marketplace
import Rollup

/// The program in the rollup machine: configuration, then the loop.
@main
struct RollupApp {
    static func main() {
        if let argument = MachineProcess.argument(1) {
            // Hidden: the program checks itself where it runs, and does not serve.
            guard Array(argument.utf8) == Array("--self-test".utf8) else {
                MachineProcess.log("takes no arguments")
                MachineProcess.exit(status: 2)
            }
            MachineProcess.exit(status: SelfChecks.run() ? 0 : 1)
        }
        // Everything is read before the first `/finish`, where the machine's template is taken.
        var url = ServerURL.standard
        if let text = MachineProcess.environment("\(Rollup.serverVariable)") {
            do throws(ServerURL.ParsingError) {
                url = try ServerURL(parsing: text)
            } catch {
                MachineProcess.log("\(Rollup.serverVariable) is not an address: \(error.message)")
                MachineProcess.exit(status: 2)
            }
        }
        let configuration: Configuration
        do throws(ConfigurationError) {
            configuration = try Configuration { MachineProcess.environment($0) }
        } catch {
            MachineProcess.log("\(error.variable): expected \(error.expected)")
            MachineProcess.exit(status: 2)
        }
        var drive = ContentDrive()
        if let path = MachineProcess.environment("\(DriveFiles.variable)") {
            do throws(DriveFiles.Failure) {
                drive = try DriveFiles.read(path)
            } catch {
                MachineProcess.log("\(DriveFiles.variable): \(error.message)")
                MachineProcess.exit(status: 2)
            }
        }
        let transport = HTTPTransport(url: url, connection: SocketConnection(url: url))
        var loop = RollupLoop(
            application: Engine(configuration: configuration, drive: drive),
            device: HTTPDevice(transport))
        let failure = loop.run()
        MachineProcess.log("stopped: \(failure.message)")
        MachineProcess.exit(status: 1)
    }
}
