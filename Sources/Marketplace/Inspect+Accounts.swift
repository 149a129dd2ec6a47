import ABI
import Content
import JSON
import Vouchers

extension State {
    /// `accounts/{address}`: what an account owns and did.
    func writeAccount(
        _ text: [UInt8], _ query: Query, to json: inout JSONWriter
    ) throws(Refusal) {
        guard let address = Address(hex: String(decoding: text, as: UTF8.self)) else {
            throw Refusal(.invalidQuery, at: "address")
        }
        let page = try Page(query)
        let account = accounts[address]
        json.string("address", address.checksummed)
        json.number("asOf", lastTimestamp)
        json.string("nonce", "\(account.nonce)")
        let assets = ledger.assets(of: .account(address))
        json.beginObject("balances")
        page.write(total: assets.count, to: &json)
        json.beginArray("items")
        for index in page.range(of: assets.count) {
            json.beginObject()
            json.asset(assets[index])
            json.amount("amount", ledger.balance(of: .account(address), in: assets[index]))
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.list("vouchers", account.vouchers, page)
        json.list("slots", account.slots, page)
        json.list("posted", account.posted, page)
        json.beginObject("counters")
        json.number("accepted", account.accepted)
        json.number("paid", account.paid)
        json.number("forfeited", account.forfeited)
        json.number("settled", account.settled)
        json.number("defaulted", account.defaulted)
        json.endObject()
    }

    /// `content/{cid}` and `content/{cid}/bytes?offset=&length=`.
    func writeContent(
        _ segments: [[UInt8]], _ query: Query, to json: inout JSONWriter
    ) throws(Refusal) {
        guard let text = segments.first else { throw Refusal(.invalidQuery, at: "cid") }
        let cid = try CID(text, named: "cid")
        guard let digest = content.digest(of: cid), let bytes = content.bytes(of: digest) else {
            throw Refusal(.notFound, at: "content")
        }
        json.string("cid", cid.text)
        json.number("size", UInt64(bytes.count))
        guard segments.count > 1 else { return }
        guard segments.count == 2, "bytes" ~= Path(segments[1]) else {
            throw Refusal(.invalidQuery, at: "path")
        }
        let offset = min(try query.number("offset", default: 0), UInt64(bytes.count))
        let length = min(
            try query.number("length", default: Limits.contentPage), Limits.contentPage)
        let end = min(offset + length, UInt64(bytes.count))
        json.number("offset", offset)
        json.hex("data", Array(bytes[Int(offset)..<Int(end)]))
        if end < UInt64(bytes.count), length > 0 {
            json.number("next", end)
        } else {
            json.null("next")
        }
    }

    /// `audit`: for each asset, what came in equals what is out and what is held.
    func writeAudit(_ query: Query, to json: inout JSONWriter) throws(Refusal) {
        let page = try Page(query)
        let range = page.range(of: ledger.assets.count)
        json.number("asOf", lastTimestamp)
        json.number("reservedBytes", reservedBytes)
        page.write(total: ledger.assets.count, to: &json)
        json.beginArray("assets")
        for asset in ledger.assets[range] {
            let totals = ledger.totals(of: asset)
            json.beginObject()
            json.asset(asset)
            json.amount("deposited", totals.deposited)
            json.amount("vouchered", totals.vouchered)
            json.amount("inAccounts", totals.inAccounts)
            json.amount("inEscrow", totals.inEscrow)
            json.bool("conserved", totals.isBalanced)
            json.endObject()
        }
        json.endArray()
    }
}

extension JSONWriter {
    mutating func amount(_ name: StaticString, _ value: UInt256) {
        string(name, value.description)
    }

    mutating func amount(_ name: StaticString, _ value: UInt128) {
        amount(name, UInt256(value))
    }

    /// `kind`, `token` and `id`; null where the kind has none.
    mutating func asset(_ asset: Asset) {
        switch asset {
        case .ether:
            string("kind", "ether")
            null("token")
            null("id")
        case .erc20(let token):
            string("kind", "erc20")
            string("token", token.checksummed)
            null("id")
        case .erc721(let token, let id):
            string("kind", "erc721")
            string("token", token.checksummed)
            amount("id", id)
        case .erc1155(let token, let id):
            string("kind", "erc1155")
            string("token", token.checksummed)
            amount("id", id)
        }
    }

    /// A paged list of numbers.
    fileprivate mutating func list(_ name: StaticString, _ numbers: [UInt64], _ page: Page) {
        beginObject(name)
        page.write(total: numbers.count, to: &self)
        beginArray("items")
        for index in page.range(of: numbers.count) { number(numbers[index]) }
        endArray()
        endObject()
    }
}
