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

    private static let payout = Payout(from: application, safeERC20Transfer: nil)

    private func voucher(
        _ amount: UInt256, _ asset: Asset, owner: Address = address(0xdd)
    ) throws -> Output {
        try Self.payout.voucher(amount, of: asset, owner: owner, to: Self.receiver)
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

    /// Where the release has the library, it does the transfer in the application's name.
    @Test func erc20LeavesByTheLibraryThatChecksTheAnswer() throws {
        let library = Self.address(0xee)
        let output = try Payout(from: Self.application, safeERC20Transfer: library).voucher(
            Self.five, of: .erc20(Self.token), owner: Self.receiver, to: Self.receiver)
        guard case .delegateCallVoucher(library, let payload) = output else {
            Issue.record("no delegate-call voucher")
            return
        }
        #expect(
            Hex.string(payload)
                == "0xd1660f99" + word(Self.token) + word(Self.receiver) + word(5))
        let safe = Payout(from: Self.application, safeERC20Transfer: library)
        for asset in [Asset.ether, .erc721(Self.token, id: .one), .erc1155(Self.token, id: .one)] {
            #expect(
                try safe.voucher(.one, of: asset, owner: .zero, to: Self.receiver)
                    == Self.payout.voucher(.one, of: asset, owner: .zero, to: Self.receiver))
        }
    }

    /// Its owner held it before, with or without a hook; anybody else has to take it.
    @Test func erc721GoesBackWithoutAskingAndToOthersOnlyIfTheyTakeIt() throws {
        expect(
            try voucher(.one, .erc721(Self.token, id: Self.seven), owner: Self.receiver),
            calls: "23b872dd", [word(Self.application), word(Self.receiver), word(7)])
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
        let output = try Self.payout.batchVoucher(
            ids: [Self.seven, .one], amounts: [Self.five, Self.seven], of: Self.token,
            to: Self.receiver)
        expect(
            output, calls: "2eb2c2d6",
            [
                word(Self.application), word(Self.receiver), word(160), word(256), word(352),
                word(2), word(7), word(1), word(2), word(5), word(7), word(0),
            ])
    }
}
