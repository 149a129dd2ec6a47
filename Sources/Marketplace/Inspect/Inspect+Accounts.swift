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
        let account = accounts[address] ?? AccountBook.Account()
        json.string("address", address.checksummed)
        json.number("asOf", asOf)
        json.string("nonce", "\(account.nonce)")
        let balances = ledger.assets(
            of: .account(address), offset: page.offset, limit: page.limit)
        json.beginObject("balances")
        page.write(total: balances.total, to: &json)
        json.beginArray("items")
        for (asset, amount) in balances.items {
            json.beginObject()
            json.asset(asset)
            json.amount("amount", amount)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        json.list(
            "vouchers", accounts.vouchers(of: address, offset: page.offset, limit: page.limit), page
        )
        json.list(
            "slots", accounts.slots(of: address, offset: page.offset, limit: page.limit), page)
        json.list(
            "posted", accounts.posted(of: address, offset: page.offset, limit: page.limit), page)
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
        guard let bytes = files.content(cid)?.bytes else {
            throw Refusal(.notFound, at: "content")
        }
        json.string("cid", cid.text)
        json.number("size", UInt64(bytes.count))
        guard segments.count > 1 else { return }
        guard segments.count == 2, "bytes" ~= segments[1] else {
            throw Refusal(.invalidQuery, at: "path")
        }
        let offset = min(try query.number("offset", default: 0), UInt64(bytes.count))
        let length = min(
            try query.number("length", default: Limits.contentPage), Limits.contentPage)
        let end = min(offset + length, UInt64(bytes.count))
        json.number("offset", offset)
        json.hex("data", Array(bytes[Int(offset)..<Int(end)]))
        json.number("next", end < UInt64(bytes.count) && length > 0 ? end : nil)
    }

    /// `audit`: for each asset, what came in equals what is out, what is held and what is burned.
    func writeAudit(
        _ query: Query, _ configuration: Configuration, to json: inout JSONWriter
    ) throws(Refusal) {
        let page = try Page(query)
        json.number("asOf", asOf)
        json.number("reservedBytes", reservedBytes)
        json.number("capacity", configuration.contentCapacity)
        page.write(total: ledger.assetCount, to: &json)
        json.beginArray("assets")
        for (asset, totals) in ledger.assets(offset: page.offset, limit: page.limit) {
            json.beginObject()
            json.asset(asset)
            json.amount("deposited", totals.deposited)
            json.amount("vouchered", totals.vouchered)
            json.amount("inAccounts", totals.inAccounts)
            json.amount("inEscrow", totals.inEscrow)
            json.amount("burned", totals.burned)
            json.bool("conserved", totals.isBalanced)
            json.endObject()
        }
        json.endArray()
    }

    /// `rent?bytes=&seconds=`: what so much room would cost now, for so long.
    func writeRent(
        _ query: Query, _ configuration: Configuration, to json: inout JSONWriter
    ) throws(Refusal) {
        let bytes = try query.number("bytes", default: 0)
        let seconds = try query.number("seconds", default: 0, atMost: Rent.longest)
        let rent = try self.rent(of: bytes, for: seconds, configuration)
        json.number("asOf", asOf)
        json.number("bytes", bytes)
        json.number("seconds", seconds)
        json.number("reservedBytes", reservedBytes)
        json.number("capacity", configuration.contentCapacity)
        json.amount("rent", rent)
        json.amount("storageBond", UInt128(bytes) * UInt128(Limits.storageBondPerByte))
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
        let (kind, id): (StaticString, UInt256?) =
            switch asset {
            case .ether: ("ether", nil)
            case .erc20: ("erc20", nil)
            case .erc721(_, let id): ("erc721", id)
            case .erc1155(_, let id): ("erc1155", id)
            }
        string("kind", kind.description)
        string("token", asset == .ether ? nil : asset.token.checksummed)
        string("id", id?.description)
    }

    /// A page of a list of numbers.
    fileprivate mutating func list(
        _ name: StaticString, _ list: (total: Int, items: [UInt64]), _ page: Page
    ) {
        beginObject(name)
        page.write(total: list.total, to: &self)
        beginArray("items")
        for item in list.items { number(item) }
        endArray()
        endObject()
    }
}
