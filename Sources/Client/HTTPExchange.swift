import CoreCommands
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request and its answer.
package enum HTTPExchange {
    /// The commands are synchronous, so the answer is waited for here.
    package static func body(of request: URLRequest) throws -> [UInt8] {
        let box = Answer()
        let done = DispatchSemaphore(value: 0)
        URLSession.shared.dataTask(with: request) { data, response, error in
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            if let error {
                box.result = .failure(ToolFailure("http", error.localizedDescription))
            } else if status == 200, let data {
                box.result = .success(Array(data))
            } else {
                box.result = .failure(ToolFailure("http", "HTTP status \(status)"))
            }
            done.signal()
        }.resume()
        done.wait()
        return try box.result.get()
    }

    /// Written before the semaphore is signalled, read after.
    private final class Answer: @unchecked Sendable {
        var result = Result<[UInt8], ToolFailure>.failure(
            ToolFailure("http", "no answer"))
    }
}
