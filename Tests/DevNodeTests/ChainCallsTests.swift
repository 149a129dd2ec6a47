import ABI
import Testing
import Vouchers

@testable import DevNode

@Suite struct ChainCallsTests {
    static let settings = NodeSettings(contracts: AddressBook(.v2_1))
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
        return Deposit(payload: payload, from: sender, of: settings.contracts.portals)
    }

    /// As in the contracts' own ABI.
    static let selectors: [(ABIFunction, UInt32)] = [
        (PortalFunctions.addInput, 0x1789_cd63), (PortalFunctions.v2.ether, 0x938c_054f),
        (PortalFunctions.v2.erc20, 0x9585_4b81), (PortalFunctions.v2.erc721, 0x2891_1e83),
        (PortalFunctions.v2.erc1155Single, 0xdec0_7dca),
        (PortalFunctions.v2.erc1155Batch, 0x24d1_5c67), (PortalFunctions.v3.ether, 0x938c_054f),
        (PortalFunctions.v3.erc20, 0x766a_fa3a), (PortalFunctions.v3.erc721, 0xb1b3_87e2),
        (PortalFunctions.v3.erc1155Single, 0xde84_900a),
        (PortalFunctions.v3.erc1155Batch, 0x08c8_9e72), (Payout.safeTransfer, 0xd166_0f99),
        (ChainCalls.inputTooLarge, 0x9f21_b8a0), (ChainMetadata.evmAdvance, 0x415b_f363),
        (Output.delegateCallVoucherFunction, 0x1032_1e8b),
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
                PortalFunctions.addInput,
                [.address(Self.settings.application), .bytes([1, 2, 3])],
                to: Self.settings.inputBox),
            in: Self.settings)
        #expect(effect == .input(sender: Self.sender, payload: [1, 2, 3]))
    }

    @Test func aDepositOfEachKindIsWhatThePortalMakes() throws {
        let app = ABIValue.address(Self.settings.application)
        let portals = Self.settings.contracts.portals
        let ether = try Self.deposit(
            Self.transaction(
                PortalFunctions.v2.ether, [app, .bytes([7])], to: portals.ether,
                value: UInt256(UInt64(5))))
        #expect(ether?.depositor == Self.sender)
        #expect(ether?.credits.first?.asset == .ether)
        #expect(ether?.credits.first?.amount == UInt256(UInt64(5)))
        #expect(ether?.executionLayerData == [7])
        let erc20 = try Self.deposit(
            Self.transaction(
                PortalFunctions.v2.erc20, [.address(Self.token), app, .uint(6), .bytes([8])],
                to: portals.erc20))
        #expect(erc20?.credits.first?.asset == .erc20(Self.token))
        #expect(erc20?.credits.first?.amount == UInt256(UInt64(6)))
        #expect(erc20?.executionLayerData == [8])
        let erc721 = try Self.deposit(
            Self.transaction(
                PortalFunctions.v2.erc721,
                [.address(Self.token), app, .uint(9), .bytes([]), .bytes([9])],
                to: portals.erc721))
        #expect(erc721?.credits.first?.asset == .erc721(Self.token, id: UInt256(UInt64(9))))
        #expect(erc721?.executionLayerData == [9])
        let single = try Self.deposit(
            Self.transaction(
                PortalFunctions.v2.erc1155Single,
                [.address(Self.token), app, .uint(1), .uint(2), .bytes([4]), .bytes([10])],
                to: portals.erc1155Single))
        #expect(single?.credits.first?.amount == UInt256(UInt64(2)))
        #expect(single?.executionLayerData == [10])
        let batch = try Self.deposit(
            Self.transaction(
                PortalFunctions.v2.erc1155Batch,
                [
                    .address(Self.token), app, .array([.uint(1), .uint(2)]),
                    .array([.uint(3), .uint(4)]), .bytes([]), .bytes([11]),
                ], to: portals.erc1155Batch))
        #expect(batch?.credits.map(\.amount) == [UInt256(UInt64(3)), UInt256(UInt64(4))])
        #expect(batch?.executionLayerData == [11])
    }

    /// A portal has the functions of its own release and no others; both, where nobody knows.
    @Test(arguments: ContractsRelease.allCases) func aPortalHasTheNamesOfItsRelease(
        release: ContractsRelease
    ) throws {
        var settings = NodeSettings(contracts: AddressBook(release))
        let mine = PortalFunctions.sets(of: release)[0]
        let other = release == .v3_0_0_alpha_10 ? PortalFunctions.v2 : PortalFunctions.v3
        #expect(mine.all != other.all)
        for isCustom in [false, true] {
            if isCustom { settings.contracts.release = nil }
            for (functions, isKnown) in [(mine, true), (other, isCustom)] {
                let arguments: [ABIValue] = [
                    .address(Self.token), .address(settings.application), .uint(6), .bytes([8]),
                ]
                let transaction = try Self.transaction(
                    functions.erc20, arguments, to: settings.contracts.portals.erc20)
                let effect = try? ChainCalls.effect(of: transaction, in: settings)
                #expect((effect != nil) == isKnown)
            }
        }
    }

    @Test func refusesTheRightFunctionAtTheWrongContract() throws {
        let transaction = try Self.transaction(
            PortalFunctions.v2.ether, [.address(Self.settings.application), .bytes([])],
            to: Self.settings.inputBox)
        #expect(throws: ChainRevert.self) {
            try ChainCalls.effect(of: transaction, in: Self.settings)
        }
    }

    @Test func refusesInputsForOtherApplications() throws {
        let transaction = try Self.transaction(
            PortalFunctions.addInput, [.address(Self.token), .bytes([])], to: Self.settings.inputBox
        )
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
            ChainCalls.approvals[0], [.address(Self.settings.contracts.portals.erc20), .uint(1)],
            to: Self.token)
        #expect(try ChainCalls.effect(of: approve, in: Self.settings) == .nothing)
    }
}
