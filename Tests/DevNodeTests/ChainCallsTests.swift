import ABI
import Testing
import Vouchers

@testable import DevNode

@Suite struct ChainCallsTests {
    static let settings = NodeSettings(portals: .v2_1)
    static let sender = Address(hex: "0x00000000000000000000000000000000000000aa") ?? .zero
    static let token = Address(hex: "0x00000000000000000000000000000000000000bb") ?? .zero

    static func transaction(
        _ function: ABIFunction, _ values: [ABIValue], to: Address, value: UInt256 = .zero
    ) throws -> ChainTransaction {
        ChainTransaction(from: sender, to: to, value: value, data: try function.encode(values))
    }

    /// The deposit that the application reads out of what the transaction does.
    static func deposit(_ transaction: ChainTransaction) throws -> Deposit? {
        let effect = try ChainCalls.effect(of: transaction, in: settings)
        guard case .input(let sender, let payload) = effect else { return nil }
        return Deposit(payload: payload, from: sender, of: settings.portals)
    }

    /// As in the contracts' own ABI.
    static let selectors: [(ABIFunction, UInt32)] = [
        (ChainCalls.addInput, 0x1789_cd63), (ChainCalls.depositEther, 0x938c_054f),
        (ChainCalls.depositERC20, 0x9585_4b81), (ChainCalls.depositERC721, 0x2891_1e83),
        (ChainCalls.depositERC1155, 0xdec0_7dca), (ChainCalls.depositERC1155Batch, 0x24d1_5c67),
        (ChainCalls.inputTooLarge, 0x9f21_b8a0), (ChainMetadata.evmAdvance, 0x415b_f363),
        (ApplicationContract.delegateCallVoucher, 0x1032_1e8b),
        (ApplicationContract.executeOutput, 0x3313_7b76),
        (ApplicationContract.validateOutput, 0xe88d_39c0),
    ]

    @Test(arguments: selectors)
    func hasTheSelectorsOfTheContracts(function: ABIFunction, selector: UInt32) {
        #expect(function.selector == selector)
    }

    @Test func addInputReachesTheApplicationFromItsSender() throws {
        let effect = try ChainCalls.effect(
            of: Self.transaction(
                ChainCalls.addInput, [.address(Self.settings.application), .bytes([1, 2, 3])],
                to: Self.settings.inputBox),
            in: Self.settings)
        #expect(effect == .input(sender: Self.sender, payload: [1, 2, 3]))
    }

    @Test func aDepositOfEachKindIsWhatThePortalMakes() throws {
        let app = ABIValue.address(Self.settings.application)
        let portals = Self.settings.portals
        let ether = try Self.deposit(
            Self.transaction(
                ChainCalls.depositEther, [app, .bytes([7])], to: portals.ether,
                value: UInt256(UInt64(5))))
        #expect(ether?.depositor == Self.sender)
        #expect(ether?.credits.first?.asset == .ether)
        #expect(ether?.credits.first?.amount == UInt256(UInt64(5)))
        #expect(ether?.executionLayerData == [7])
        let erc20 = try Self.deposit(
            Self.transaction(
                ChainCalls.depositERC20, [.address(Self.token), app, .uint(6), .bytes([8])],
                to: portals.erc20))
        #expect(erc20?.credits.first?.asset == .erc20(Self.token))
        #expect(erc20?.credits.first?.amount == UInt256(UInt64(6)))
        #expect(erc20?.executionLayerData == [8])
        let erc721 = try Self.deposit(
            Self.transaction(
                ChainCalls.depositERC721,
                [.address(Self.token), app, .uint(9), .bytes([]), .bytes([9])],
                to: portals.erc721))
        #expect(erc721?.credits.first?.asset == .erc721(Self.token, id: UInt256(UInt64(9))))
        #expect(erc721?.executionLayerData == [9])
        let single = try Self.deposit(
            Self.transaction(
                ChainCalls.depositERC1155,
                [.address(Self.token), app, .uint(1), .uint(2), .bytes([4]), .bytes([10])],
                to: portals.erc1155Single))
        #expect(single?.credits.first?.amount == UInt256(UInt64(2)))
        #expect(single?.executionLayerData == [10])
        let batch = try Self.deposit(
            Self.transaction(
                ChainCalls.depositERC1155Batch,
                [
                    .address(Self.token), app, .array([.uint(1), .uint(2)]),
                    .array([.uint(3), .uint(4)]), .bytes([]), .bytes([11]),
                ], to: portals.erc1155Batch))
        #expect(batch?.credits.map(\.amount) == [UInt256(UInt64(3)), UInt256(UInt64(4))])
        #expect(batch?.executionLayerData == [11])
    }

    @Test func refusesTheRightFunctionAtTheWrongContract() throws {
        let transaction = try Self.transaction(
            ChainCalls.depositEther, [.address(Self.settings.application), .bytes([])],
            to: Self.settings.inputBox)
        #expect(throws: ChainRevert.self) {
            try ChainCalls.effect(of: transaction, in: Self.settings)
        }
    }

    @Test func refusesInputsForOtherApplications() throws {
        let transaction = try Self.transaction(
            ChainCalls.addInput, [.address(Self.token), .bytes([])], to: Self.settings.inputBox)
        #expect(throws: ChainRevert.self) {
            try ChainCalls.effect(of: transaction, in: Self.settings)
        }
    }

    @Test(arguments: [[1, 2, 3, 4], [0x17, 0x89, 0xcd, 0x63], [0x17]] as [[UInt8]])
    func refusesCalldataOfNoKnownCall(data: [UInt8]) {
        let transaction = ChainTransaction(
            from: Self.sender, to: Self.settings.inputBox, value: .zero, data: data)
        #expect(throws: ChainRevert.self) {
            try ChainCalls.effect(of: transaction, in: Self.settings)
        }
    }

    @Test func approvalsDoNothing() throws {
        let approve = try Self.transaction(
            ChainCalls.approvals[0], [.address(Self.settings.portals.erc20), .uint(1)],
            to: Self.token)
        #expect(try ChainCalls.effect(of: approve, in: Self.settings) == .nothing)
    }
}
