import ABI
import Marketplace
import Rollup
import Vouchers

/// The program in the rollup machine: configuration, then the loop.
@main
struct RollupApp {
    static func main() {
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
        let transport = HTTPTransport(url: url, connection: SocketConnection(url: url))
        var loop = RollupLoop(application: Echo(), transport: transport)
        let failure = loop.run()
        HostProcess.log("stopped: \(failure.message)")
        HostProcess.exit(status: 1)
    }
}

/// Gives each input back as a voucher to its sender, a notice and a report.
struct Echo: Application {
    mutating func advance(_ input: Input) -> Outcome {
        var outputs: [Output] = [.notice(payload: input.payload)]
        if let sender = input.metadata.messageSender {
            outputs.insert(
                .voucher(destination: sender, value: .zero, payload: input.payload), at: 0)
        }
        return Outcome(outputs: outputs, reports: [input.payload])
    }

    mutating func inspect(_ query: [UInt8]) -> [[UInt8]] {
        [query]
    }
}
