import ABI
import CoreCommands
import Marketplace
import Vouchers

/// Everything that the application reads or writes in the Solidity ABI, by selector and by name.
public enum ABICatalogue {
    public enum Kind: String, Sendable {
        /// What an account sends to the application.
        case message
        /// What the application states.
        case notice
        /// How the contracts wrap an output.
        case output
        /// What an account calls on the chain: the InputBox and the portals.
        case chain
        /// What a voucher has the application contract call.
        case call
    }

    public struct Entry: Sendable {
        public let kind: Kind
        public let function: ABIFunction
    }

    public static let entries: [Entry] = groups.flatMap { kind, functions in
        functions.map { Entry(kind: kind, function: $0) }
    }

    private static let groups: [(Kind, [ABIFunction])] = [
        (.message, MessageFunctions.all),
        (.notice, NoticeFunctions.all),
        (
            .output,
            [Output.voucherFunction, Output.noticeFunction, Output.delegateCallVoucherFunction]
        ),
        // Both versions of the portals have the first of their functions under one name.
        (.chain, [PortalFunctions.addInput] + PortalFunctions.v2.all),
        (.chain, Array(PortalFunctions.v3.all.dropFirst())),
        (
            .call,
            [
                Payout.erc20Transfer, Payout.safeTransfer, Payout.erc721Transfer,
                Payout.erc721Return, Payout.erc1155Transfer, Payout.erc1155BatchTransfer,
            ]
        ),
    ]

    /// The entry with the selector at the front of `payload`.
    public static func entry(for payload: [UInt8]) -> Entry? {
        guard let selector = ABIFunction.selector(of: payload) else { return nil }
        return entries.first { $0.function.selector == selector }
    }

    /// The entry called `name`, a name or a whole signature.
    public static func entry(named name: String) throws(ToolFailure) -> Entry {
        let matches = entries.filter { $0.function.name == name || $0.function.signature == name }
        guard let match = matches.first else {
            let similar = names(like: name)
            let hint =
                similar.isEmpty
                ? "The names are in docs/deml.abi.json."
                : "Did you mean \(similar.joined(separator: " or "))?"
            throw ToolFailure(
                "unknownName", "there is no message, notice or call named \(name). \(hint)")
        }
        guard matches.count == 1 else {
            throw ToolFailure(
                "ambiguousName",
                "\(name) has several forms; use a whole signature: "
                    + matches.map(\.function.signature).joined(separator: " or "))
        }
        return match
    }

    private static func names(like name: String) -> [String] {
        let wanted = name.lowercased()
        return entries.map(\.function.name).filter {
            let known = $0.lowercased()
            return known.hasPrefix(wanted.prefix(4)) || wanted.hasPrefix(known)
        }
    }
}

/// A call with its arguments, as people and tables read it.
public struct DecodedCall: Equatable, Sendable {
    public let kind: ABICatalogue.Kind
    public let function: ABIFunction
    /// As many as the function has parameters.
    public let arguments: [ABIValue]

    public var name: String { function.name }

    /// Decodes `payload` by its selector; nil when no entry has it or the arguments do not fit.
    public init?(_ payload: [UInt8]) {
        guard let entry = ABICatalogue.entry(for: payload),
            let arguments = try? entry.function.decode(payload)
        else { return nil }
        kind = entry.kind
        function = entry.function
        self.arguments = arguments
    }

    private func argument(_ name: String) -> ABIValue? {
        guard let index = function.parameters.firstIndex(where: { $0.name == name }) else {
            return nil
        }
        return arguments[index]
    }

    public func number(_ name: String) -> UInt256 {
        guard case .number(let value)? = argument(name) else { return .zero }
        return value
    }

    public func address(_ name: String) -> Address {
        guard case .address(let value)? = argument(name) else { return .zero }
        return value
    }

    public func bytes(_ name: String) -> [UInt8] {
        switch argument(name) {
        case .bytes(let value)?, .fixedBytes(let value)?: return value
        default: return []
        }
    }

    public func bool(_ name: String) -> Bool {
        argument(name) == .bool(true)
    }

    /// The members of the tuple that is the argument called `name`, as a call of its own.
    public func tuple(_ name: String) -> DecodedCall? {
        guard case .tuple(let values)? = argument(name),
            let parameter = function.parameters.first(where: { $0.name == name }),
            case .tuple(let members) = parameter.type
        else { return nil }
        return DecodedCall(
            kind: kind, function: ABIFunction(name: name, parameters: members), arguments: values)
    }

    private init(kind: ABICatalogue.Kind, function: ABIFunction, arguments: [ABIValue]) {
        self.kind = kind
        self.function = function
        self.arguments = arguments
    }
}
