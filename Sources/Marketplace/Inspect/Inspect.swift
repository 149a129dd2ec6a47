import ABI
import Content
import JSON
import Vouchers

extension Engine {
    /// Answers a query: one report of JSON, or an error report. Changes nothing.
    public func inspect(_ payload: [UInt8]) -> [[UInt8]] {
        do throws(Refusal) {
            return [try answer(try Query(payload))]
        } catch {
            return [Report.error(error)]
        }
    }

    private func answer(_ query: Query) throws(Refusal) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        guard let name = query.segments.first else { throw Refusal(.invalidQuery, at: "path") }
        let rest = Array(query.segments.dropFirst())
        switch name {
        case "version" where rest.isEmpty:
            writeVersion(to: &json)
        case "jobs":
            try writeJobs(rest, query, to: &json)
        case "accounts" where rest.count == 1:
            try state.writeAccount(rest[0], query, to: &json)
        case "content":
            try state.writeContent(rest, query, to: &json)
        case "audit" where rest.isEmpty:
            try state.writeAudit(query, configuration, to: &json)
        case "rent" where rest.isEmpty:
            try state.writeRent(query, configuration, to: &json)
        case "state" where rest.isEmpty:
            state.writeDigest(to: &json)
        default:
            throw Refusal(.invalidQuery, at: "path")
        }
        json.endObject()
        return json.bytes
    }

    private func writeVersion(to json: inout JSONWriter) {
        json.string("name", "deml")
        json.string("version", Engine.version)
        json.number("protocol", 2)
        json.string("arithmetic", "DML-1")
        json.number("asOf", state.asOf)
        json.number("jobs", state.jobCount)
        json.number("outputs", state.outputCount)
        let contracts = configuration.contracts
        json.string("contracts", contracts.name)
        json.beginObject("portals")
        json.string("ether", contracts.portals.ether.checksummed)
        json.string("erc20", contracts.portals.erc20.checksummed)
        json.string("erc721", contracts.portals.erc721.checksummed)
        json.string("erc1155Single", contracts.portals.erc1155Single.checksummed)
        json.string("erc1155Batch", contracts.portals.erc1155Batch.checksummed)
        json.endObject()
        json.string("safeErc20Transfer", contracts.safeERC20Transfer?.checksummed)
        json.string("rentReceiver", configuration.rentReceiver?.checksummed)
    }

    /// The release, as in the change log.
    public static var version: String { "0.1.0" }
}
