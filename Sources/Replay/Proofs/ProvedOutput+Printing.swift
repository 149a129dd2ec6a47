import ABI
import JSON
import Vouchers

extension ProvedOutput {
    private var kind: StaticString {
        switch treatment {
        case .call: return "voucher"
        case .delegateCall: return "delegate-call voucher"
        case .notExecutable: return "notice"
        }
    }

    /// What people read: what it is, everything that the contract asks for, and the calls.
    public var lines: [String] {
        let place = count.map { "output \(index) of \($0)" } ?? "output \(index)"
        var lines = ["\(place), a \(kind)"]
        func add(_ name: String, _ value: String) {
            lines.append("  " + name.padded(to: 16) + value)
        }
        if let said = try? Translation.decode(output) {
            add("says", String(decoding: said, as: UTF8.self))
        }
        add("application", application.checksummed)
        add("outputs root", Hex.string(root.bytes))
        add("leaf", Hex.string(leaf.bytes))
        add("output", Hex.string(output))
        for (level, sibling) in proof.siblings.enumerated() {
            add("sibling \(level)", Hex.string(sibling.bytes))
        }
        for (name, call) in [("executeOutput", executeCall), ("validateOutput", validateCall)] {
            do throws(ProofError) {
                add(name, Hex.string(try call()))
            } catch {
                add(name, "– " + error.description)
            }
        }
        return lines
    }

    /// One object for programs; `executeOutput` is null where the contract would refuse.
    public var json: [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.number("index", index)
        json.string("type", "\(kind)")
        json.string("application", application.checksummed)
        json.number("outputs", count)
        json.hex("root", root.bytes)
        json.hex("leaf", leaf.bytes)
        json.hex("output", output)
        json.beginArray("siblings")
        for sibling in proof.siblings { json.hex(sibling.bytes) }
        json.endArray()
        json.hex("executeOutput", try? executeCall())
        json.hex("validateOutput", try? validateCall())
        json.endObject()
        return json.bytes
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: max(1, width - count))
    }
}
