import CHeap
import Machine
import Marketplace
import Rollup
import Vouchers

/// Plays requests to an engine, a line of standard input for each as the rollup server would send
/// them, and says for each how many bytes of the heap are in use behind it.
///
/// The second argument, if there is one, is the work of an input. Two lines a request: what a query
/// answers, or why an input was refused, else nothing; and the bytes. The plugin's marks are before and
/// behind each.
enum PlayWorkloads {
    static func run() {
        var configuration = Configuration(contracts: AddressBook(.v2_1))
        if let budget = MachineProcess.argument(2).flatMap({ UInt64($0) }) {
            configuration.inputBudget = budget
        }
        var engine = Engine(configuration: configuration)
        var lines = Lines()
        while play(&lines, &engine) {
            Measurement.mark()
            // By now nothing of the request is left.
            Measurement.log("\(heap_in_use())")
        }
    }

    /// Plays the next line, and says what came of it; false behind the last one.
    @inline(never)
    private static func play(_ lines: inout Lines, _ engine: inout Engine) -> Bool {
        guard let line = lines.next() else { return false }
        Measurement.mark()
        do throws(RequestError) {
            switch try RollupRequest(parsingJSON: line) {
            case .advance(let input): tell(engine.advance(input).reports)
            case .inspect(let query): tell(engine.inspect(query))
            }
        } catch {
            Measurement.fail("request: \(error.code)")
        }
        return true
    }

    private static func tell(_ reports: [[UInt8]]) {
        Measurement.log(String(decoding: reports.first ?? [], as: UTF8.self))
    }
}
