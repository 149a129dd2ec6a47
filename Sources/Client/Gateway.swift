import CoreCommands
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// Fetches a DAG as a CAR file from a trustless gateway or from Kubo's RPC. What comes is verified
/// by whoever reads it: the server is trusted with nothing but being there.
package enum Gateway {
    package enum Kind {
        /// `GET {base}/ipfs/{cid}?format=car`.
        case trustless
        /// `POST {base}/api/v0/dag/export?arg={cid}`.
        case kubo
    }

    package static func fetch(_ cid: String, from base: String, _ kind: Kind) throws -> [UInt8] {
        let trimmed = base.hasSuffix("/") ? String(base.dropLast()) : base
        let text =
            kind == .trustless
            ? "\(trimmed)/ipfs/\(cid)?format=car&dag-scope=all&car-dups=n"
            : "\(trimmed)/api/v0/dag/export?arg=\(cid)&progress=false"
        guard let url = URL(string: text), url.scheme == "http" || url.scheme == "https" else {
            throw ToolFailure("gateway", "\(base): expected an http or https address")
        }
        var request = URLRequest(url: url)
        request.httpMethod = kind == .trustless ? "GET" : "POST"
        request.setValue("application/vnd.ipld.car; version=1", forHTTPHeaderField: "Accept")
        return try HTTPExchange.body(of: request)
    }
}
