import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Fetches a DAG as a CAR file from a trustless gateway or from Kubo's RPC. What comes is verified
/// by whoever reads it: the server is trusted with nothing but being there.
enum Gateway {
    enum Kind {
        /// `GET {base}/ipfs/{cid}?format=car`.
        case trustless
        /// `POST {base}/api/v0/dag/export?arg={cid}`.
        case kubo
    }

    static func fetch(_ cid: String, from base: String, _ kind: Kind) throws -> [UInt8] {
        let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
        let text =
            kind == .trustless
            ? "\(trimmed)/ipfs/\(cid)?format=car&dag-scope=all&car-dups=n"
            : "\(trimmed)/api/v0/dag/export?arg=\(cid)&progress=false"
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https" else {
            throw ContentToolError("gateway", "\(base): expected an http or https address")
        }
        var request = URLRequest(url: url)
        request.httpMethod = kind == .trustless ? "GET" : "POST"
        request.setValue("application/vnd.ipld.car; version=1", forHTTPHeaderField: "Accept")
        return try body(of: request)
    }

    /// The commands are synchronous, so the answer is waited for here.
    private static func body(of request: URLRequest) throws -> [UInt8] {
        let box = Answer()
        let done = DispatchSemaphore(value: 0)
        URLSession.shared.dataTask(with: request) { data, response, error in
            let status = (response as? HTTPURLResponse)?.statusCode ?? 0
            if let error {
                box.result = .failure(ContentToolError("gateway", error.localizedDescription))
            } else if status == 200, let data {
                box.result = .success(Array(data))
            } else {
                box.result = .failure(ContentToolError("gateway", "HTTP status \(status)"))
            }
            done.signal()
        }.resume()
        done.wait()
        return try box.result.get()
    }

    /// Written before the semaphore is signalled, read after.
    private final class Answer: @unchecked Sendable {
        var result = Result<[UInt8], ContentToolError>.failure(
            ContentToolError("gateway", "no answer"))
    }
}
