import Foundation
import FoundationNetworking
import Testing

/// The smallest application that speaks the rollup protocol.
struct TestClient: Sendable {
    struct Answer: Equatable {
        let status: Int
        let contentType: String?
        let body: String
    }

    /// The server's, with its secret.
    let address: String
    private let session: URLSession

    init(_ address: String) {
        self.address = address
        let configuration = URLSessionConfiguration.ephemeral
        // Beside tests that compute for minutes an answer may be slow; none of ours is about that.
        configuration.timeoutIntervalForRequest = 600
        session = URLSession(configuration: configuration)
    }

    func post(
        _ endpoint: String, _ body: String, contentType: String = "application/json"
    ) async throws -> Answer {
        let url = try #require(URL(string: "\(address)/\(endpoint)"))
        var request = URLRequest(url: url)
        request.httpMethod = "POST"
        request.httpBody = Data(body.utf8)
        request.setValue(contentType, forHTTPHeaderField: "Content-Type")
        let (data, response) = try await session.data(for: request)
        let http = try #require(response as? HTTPURLResponse)
        return Answer(
            status: http.statusCode,
            contentType: http.value(forHTTPHeaderField: "Content-Type"),
            body: String(decoding: data, as: UTF8.self))
    }

    func finish(_ status: String = "accept") async throws -> Answer {
        try await post("finish", #"{"status":"\#(status)"}"#)
    }
}
