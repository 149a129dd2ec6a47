import ABI
import Testing
import Vouchers

/// Vouchers as the contracts execute them, put together here word by word.
@Suite struct PayoutTests {
    private static let application = address(0xaa)
    private static let receiver = address(0xbb)
    private static let token = address(0xcc)
    private static let five = UInt256(5 as UInt64)
    private static let seven = UInt256(7 as UInt64)

    private static func address(_ byte: UInt8) -> Address {
        Address([UInt8](repeating: byte, count: 20)) ?? .zero
    }

    private func word(_ address: Address) -> String {
        String(Hex.string(address.word.bytes).dropFirst(2))
    }

    private func word(_ number: Int) -> String {
        let digits = String(number, radix: 16)
        return String(repeating: "0", count: 64 - digits.count) + digits
    }

    private func expect(_ output: Output, calls selector: String, _ words: [String]) {
        guard case .voucher(let destination, let value, let payload) = output else {
            Issue.record("not a voucher")
            return
        }
        #expect(destination == Self.token)
        #expect(value.isZero)
        #expect(Hex.string(payload) == "0x" + selector + words.joined())
    }

    private func voucher(_ amount: UInt256, _ asset: Asset) throws -> Output {
        try Payout.voucher(amount, of: asset, from: Self.application, to: Self.receiver)
    }

    @Test func etherIsTheValueOfAnEmptyCall() throws {
        #expect(
            try voucher(.max, .ether)
                == .voucher(destination: Self.receiver, value: .max, payload: []))
    }

    @Test func erc20IsATransfer() throws {
        expect(
            try voucher(Self.five, .erc20(Self.token)), calls: "a9059cbb",
            [word(Self.receiver), word(5)])
    }

    @Test func erc721IsASafeTransferFromTheApplication() throws {
        expect(
            try voucher(.one, .erc721(Self.token, id: Self.seven)), calls: "42842e0e",
            [word(Self.application), word(Self.receiver), word(7)])
    }

    @Test func erc1155IsASafeTransferFromTheApplication() throws {
        expect(
            try voucher(Self.five, .erc1155(Self.token, id: Self.seven)), calls: "f242432a",
            [
                word(Self.application), word(Self.receiver), word(7), word(5), word(160), word(0),
            ])
    }

    @Test func aBatchIsOneCall() throws {
        let output = try Payout.batchVoucher(
            ids: [Self.seven, .one], amounts: [Self.five, Self.seven], of: Self.token,
            from: Self.application, to: Self.receiver)
        expect(
            output, calls: "2eb2c2d6",
            [
                word(Self.application), word(Self.receiver), word(160), word(256), word(352),
                word(2), word(7), word(1), word(2), word(5), word(7), word(0),
            ])
    }
}
