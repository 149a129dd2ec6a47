import ABI
import Content
import Vouchers

/// What a story foretells of outputs, and outputs in the same words, so that the two can be
/// compared.
public enum Foretold {
    /// The notices that stories foretell, each of them whenever it is stated.
    static let kinds = [
        "RentPaid", "ContentStored", "JobOpened", "SubmissionScored", "RewardIssued",
        "BondForfeited", "RoundClosed", "JobSettled", "JobCancelled", "JobDefaulted", "MessageSent",
    ]

    /// A notice: its name and its arguments, by name. Integers are decimal, addresses and bytes
    /// hexadecimal, CIDs their text.
    public struct Notice: Equatable, Sendable, Decodable {
        let members: [String: String]

        private enum Value: Decodable {
            case text(String)
            case bool(Bool)

            init(from decoder: any Decoder) throws {
                let container = try decoder.singleValueContainer()
                if let bool = try? container.decode(Bool.self) {
                    self = .bool(bool)
                } else {
                    self = .text(try container.decode(String.self))
                }
            }

            var text: String {
                switch self {
                case .text(let text): return text
                case .bool(let bool): return "\(bool)"
                }
            }
        }

        public init(from decoder: any Decoder) throws {
            members = try [String: Value](from: decoder).mapValues(\.text)
        }

        /// The notice in an output; nil when it is of another kind, or there is none.
        init?(_ output: Output) {
            guard case .notice(let payload) = output, let call = DecodedCall(payload),
                Foretold.kinds.contains(call.name)
            else { return nil }
            var members = ["name": call.name]
            for (parameter, value) in zip(call.function.parameters, call.arguments) {
                members[parameter.name] = Foretold.text(value, named: parameter.name)
            }
            self.members = members
        }

        /// `RewardIssued(amount: 7, client: 0x…)`, in the order of the names.
        var text: String {
            let arguments = members.filter { $0.key != "name" }.sorted { $0.key < $1.key }
                .map { "\($0.key): \($0.value)" }
            return (members["name"] ?? "?") + "(" + arguments.joined(separator: ", ") + ")"
        }
    }

    /// A voucher: the destination in lower-case hexadecimal, the value in decimal. One without a value
    /// is a delegate-call voucher.
    public struct Voucher: Equatable, Sendable, Decodable {
        let destination: String
        let value: String?
        let payload: String

        /// The voucher in an output; nil when it is none.
        init?(_ output: Output) {
            guard let destination = output.destination else { return nil }
            self.destination = Hex.string(destination.bytes)
            if case .voucher(_, let value, _) = output {
                self.value = value.description
            } else {
                value = nil
            }
            payload = Hex.string(output.payload)
        }

        var text: String {
            guard let value else {
                return "delegate-call voucher to \(destination), payload \(payload)"
            }
            return "voucher to \(destination), value \(value), payload \(payload)"
        }
    }

    private static func text(_ value: ABIValue, named name: String) -> String {
        switch value {
        case .number(let number): return number.description
        case .bool(let bool): return "\(bool)"
        case .address(let address): return Hex.string(address.bytes)
        case .fixedBytes(let bytes): return Hex.string(bytes)
        case .bytes(let bytes):
            guard name.hasSuffix("Cid"), let cid = try? CID(bytes) else {
                return Hex.string(bytes)
            }
            return cid.text
        case .string(let string): return string
        case .array, .tuple: return "\(value)"
        }
    }
}
