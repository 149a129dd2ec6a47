import JSON
import Marketplace
import Rollup

/// Requests in, outcomes out, one JSON text per line, with one engine for all of them.
public enum Batch {
    /// Serves until `nextLine` gives nil. `emit` gets a line without its break for each line in:
    /// the outcome as in `expected.jsonl`, or `{"error":{"code":…,"message":…}}` where the line is
    /// no request, which leaves the engine as it was.
    public static func run(
        configuration: Configuration, nextLine: @escaping () -> [UInt8]?,
        emit: @escaping ([UInt8]) -> Void
    ) throws {
        let target = EngineTarget(configuration: configuration)
        try target.serve(
            nextRequest: {
                while let line = nextLine() {
                    do throws(RequestError) {
                        _ = try RollupRequest(parsingJSON: line)
                        return line
                    } catch {
                        let place = error.offset.map { " (byte \($0))" } ?? ""
                        emit(
                            JSONWriter.error(
                                code: "\(error.code)", message: "\(error.message)" + place))
                    }
                }
                return nil
            },
            observe: { emit($0.json) })
    }
}
