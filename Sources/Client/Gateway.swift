import CoreCommands

/// Fetches a DAG as a CAR file from a trustless gateway or from Kubo's RPC. What comes is verified
/// by whoever reads it: the server is trusted with nothing but being there.
package enum Gateway {
    package enum Kind {
        /// `GET {base}/ipfs/{cid}?format=car`.
        case trustless
        /// `POST {base}/api/v0/dag/export?arg={cid}`.
        case kubo
    }

    package static func fetch(_ cid: String, from address: String, _ kind: Kind) throws -> [UInt8] {
        let base = HTTPClient.base(address)
        let accept = "application/vnd.ipld.car; version=1"
        switch kind {
        case .trustless:
            let path = "/ipfs/\(cid)?format=car&dag-scope=all&car-dups=n"
            return try HTTPClient().get(try HTTPClient.url(base + path, "gateway"), accept: accept)
        case .kubo:
            let path = "/api/v0/dag/export?arg=\(cid)&progress=false"
            return try HTTPClient().post(try HTTPClient.url(base + path, "gateway"), accept: accept)
        }
    }
}
