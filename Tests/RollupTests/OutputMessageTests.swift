import ABI
import JSON
import Rollup
import Testing
import Vouchers

@Suite struct OutputMessageTests {
    private func text(_ output: Output) -> String {
        var json = JSONWriter()
        output.write(to: &json)
        return String(decoding: json.bytes, as: UTF8.self)
    }

    @Test func aVoucherHasTheWholeWordAsItsValue() throws {
        let destination = try #require(Address(hex: "0xABcdef0000000000000000000000000000000001"))
        let zeros = String(repeating: "0", count: 61)
        #expect(
            text(
                .voucher(destination: destination, value: UInt256(0x1F5 as UInt64), payload: [0x0A])
            )
                == #"{"destination":"0xabcdef0000000000000000000000000000000001","value":"0x"#
                + zeros + #"1f5","payload":"0x0a"}"#)
        let largest = text(.voucher(destination: destination, value: .max, payload: []))
        #expect(largest.contains("\"0x" + String(repeating: "f", count: 64) + "\""))
    }

    @Test func aNoticeIsItsPayload() {
        #expect(text(.notice(payload: [0xDE, 0xAD])) == #"{"payload":"0xdead"}"#)
        #expect(text(.notice(payload: [])) == #"{"payload":"0x"}"#)
    }

    /// The bounds follow from the encodings `Voucher(address,uint256,bytes)` and `Notice(bytes)` in
    /// a buffer of 2 MiB: selector, words of the head, length, payload padded to words.
    @Test func theBoundsFillTheBuffer() {
        func encoded(_ payload: Int, words: Int) -> Int {
            4 + 32 * words + (payload + 31) / 32 * 32
        }
        let buffer = 2 << 20
        #expect(encoded(OutputLimit.voucher, words: 4) <= buffer)
        #expect(encoded(OutputLimit.voucher + 1, words: 4) > buffer)
        #expect(encoded(OutputLimit.notice, words: 2) <= buffer)
        #expect(encoded(OutputLimit.notice + 1, words: 2) > buffer)
        #expect(OutputLimit.report == buffer)
    }
}
