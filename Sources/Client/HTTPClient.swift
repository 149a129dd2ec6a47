import CoreCommands
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One request and its answer, bounded in time and size.
package struct HTTPClient: Sendable {
    /// From the last byte that came to the next one.
    private static let idleLimit: TimeInterval = 60
    /// From the request to the last byte.
    private let deadline: TimeInterval
    /// Bytes of an answer: the largest file that an upload can carry, in blocks.
    private let sizeLimit: Int
    private static let redirectLimit = 5

    package init(sizeLimit: Int = 5 << 30, deadline: TimeInterval = 600) {
        (self.sizeLimit, self.deadline) = (sizeLimit, deadline)
    }

    /// An address over http or https with a host; `what` names it in the refusal.
    package static func url(_ text: String, _ what: String) throws(ToolFailure) -> URL {
        guard let url = URL(string: text), ["http", "https"].contains(url.scheme?.lowercased()),
            url.host?.isEmpty == false
        else { throw ToolFailure(what, "\(text): expected an http or https address") }
        return url
    }

    /// `text` without a slash at its end, so that paths can be added to it.
    package static func base(_ text: String) -> String {
        text.hasSuffix("/") ? String(text.dropLast()) : text
    }

    /// The answer to a GET.
    package func get(_ url: URL, accept: String) throws -> [UInt8] {
        var request = URLRequest(url: url)
        request.setValue(accept, forHTTPHeaderField: "Accept")
        return try body(of: request)
    }

    /// The answer to a POST of `body`.
    package func post(
        _ url: URL, _ body: [UInt8] = [], type: String = "application/json", accept: String = "*/*"
    ) throws -> [UInt8] {
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.setValue(type, forHTTPHeaderField: "Content-Type")
        request.setValue(accept, forHTTPHeaderField: "Accept")
        request.httpBody = Data(body)
        return try self.body(of: request)
    }

    /// The commands are synchronous, so the answer is waited for here.
    private func body(of request: URLRequest) throws -> [UInt8] {
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = Self.idleLimit
        let exchange = Exchange(sizeLimit: sizeLimit, redirectLimit: Self.redirectLimit)
        let session = URLSession(
            configuration: configuration, delegate: exchange, delegateQueue: nil)
        // Never cancelled: a task that is cancelled while it comes to its end by itself ends the process
        // (FoundationNetworking of Swift 6.3). What still comes is dropped, until the command ends.
        defer { session.finishTasksAndInvalidate() }
        session.dataTask(with: request).resume()
        guard exchange.done.wait(timeout: .now() + deadline) == .success else {
            throw ToolFailure(
                "http", "\(request.url?.host ?? ""): no whole answer after \(Int(deadline)) s")
        }
        return try exchange.result.get()
    }

    /// What has come so far. The session calls it one call at a time, and the result is read when the
    /// semaphore says that it is there.
    private final class Exchange: NSObject, URLSessionDataDelegate, @unchecked Sendable {
        let done = DispatchSemaphore(value: 0)
        private(set) var result = Result<[UInt8], ToolFailure>.failure(
            ToolFailure("http", "no answer"))
        private let sizeLimit: Int
        private var redirectsLeft: Int
        private var bytes: [UInt8] = []
        private var isFinished = false

        init(sizeLimit: Int, redirectLimit: Int) {
            self.sizeLimit = sizeLimit
            redirectsLeft = redirectLimit
        }

        func urlSession(
            _ session: URLSession, task: URLSessionTask,
            willPerformHTTPRedirection response: HTTPURLResponse, newRequest request: URLRequest,
            completionHandler: @escaping (URLRequest?) -> Void
        ) {
            redirectsLeft -= 1
            let isTaken = redirectsLeft >= 0 && ["http", "https"].contains(request.url?.scheme)
            // Without a request the redirection itself is the answer, and its status the reason.
            completionHandler(isTaken ? request : nil)
        }

        func urlSession(
            _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
            completionHandler: @escaping (URLSession.ResponseDisposition) -> Void
        ) {
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            if status != 200 { fail("HTTP status \(status)") }
            completionHandler(.allow)
        }

        func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data)
        {
            if isFinished { return }
            bytes += data
            if bytes.count > sizeLimit {
                fail("the answer has more than \(sizeLimit) bytes")
                bytes = []
            }
        }

        func urlSession(
            _ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?
        ) {
            if let error {
                fail(error.localizedDescription)
            } else {
                finish(.success(bytes))
            }
        }

        private func fail(_ reason: String) {
            finish(.failure(ToolFailure("http", reason)))
        }

        /// The first result counts.
        private func finish(_ result: Result<[UInt8], ToolFailure>) {
            if isFinished { return }
            isFinished = true
            self.result = result
            done.signal()
        }
    }
}
