import ABI
import CoreCommands
import JSON
import Terminal
import Vouchers

/// One thing that is not as recorded or as the story tells.
public struct Difference: Equatable, Sendable, CustomStringConvertible {
    /// Of `inputs.jsonl`, counted from 1; nil for the run as a whole.
    public let line: Int?
    /// What differs, such as `outputs[2].payload`.
    public let subject: String
    public let expected: String
    public let found: String

    public var description: String {
        let place = line.map { "line \($0): " } ?? ""
        return "\(place)\(subject)\n    expected  \(expected)\n    found     \(found)"
    }
}

extension RecordedOutcome {
    /// What in `found` is not as in this outcome of input `line`.
    func differences(from found: RecordedOutcome, line: Int) -> [Difference] {
        var list = DifferenceList(line: line)
        if status != found.status {
            list.add("status", status.rawValue, found.status.rawValue)
        }
        for index in 0..<max(outputs.count, found.outputs.count) {
            let subject = "outputs[\(index)]"
            guard index < outputs.count else {
                list.add(subject, "no such output", Self.summary(found.outputs[index].output))
                continue
            }
            guard index < found.outputs.count else {
                list.add(subject, Self.summary(outputs[index].output), "no such output")
                continue
            }
            list.compare(outputs[index], found.outputs[index], subject)
        }
        for index in 0..<max(reports.count, found.reports.count) {
            let subject = "reports[\(index)]"
            guard index < reports.count else {
                list.add(subject, "no such report", Self.readable(found.reports[index]))
                continue
            }
            guard index < found.reports.count else {
                list.add(subject, Self.readable(reports[index]), "no such report")
                continue
            }
            list.comparePayloads(reports[index], found.reports[index], subject)
        }
        return list.differences
    }

    fileprivate static func summary(_ output: Output) -> String {
        switch output {
        case .notice(let payload):
            return "notice \(name(of: payload))"
        case .voucher(let destination, let value, let payload):
            return "voucher to \(destination.checksummed), value \(value), \(name(of: payload))"
        case .delegateCallVoucher(let destination, let payload):
            return "delegate-call voucher to \(destination.checksummed), \(name(of: payload))"
        }
    }

    private static func name(of payload: [UInt8]) -> String {
        DecodedCall(payload)?.name ?? "of \(Figures.count(payload.count, "byte"))"
    }

    /// Text as text, other bytes as hexadecimal, both cut to a line.
    fileprivate static func readable(_ payload: [UInt8]) -> String {
        let limit = 160
        let isText = payload.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        let text = isText ? String(decoding: payload, as: UTF8.self) : Hex.string(payload)
        guard text.count > limit else { return text.isEmpty ? "nothing" : text }
        return "\(text.prefix(limit))… (\(Figures.count(payload.count, "byte")))"
    }
}

private struct DifferenceList {
    let line: Int
    var differences: [Difference] = []

    init(line: Int) {
        self.line = line
    }

    mutating func add(_ subject: String, _ expected: String, _ found: String) {
        differences.append(
            Difference(line: line, subject: subject, expected: expected, found: found))
    }

    mutating func compare(
        _ expected: RecordedOutput, _ found: RecordedOutput, _ subject: String
    ) {
        if expected.index != found.index {
            add("\(subject).index", "\(expected.index)", "\(found.index)")
        }
        guard expected.output.kind == found.output.kind else {
            add(
                subject, RecordedOutcome.summary(expected.output),
                RecordedOutcome.summary(found.output))
            return
        }
        if let first = expected.output.destination, let second = found.output.destination,
            first != second
        {
            add("\(subject).destination", first.checksummed, second.checksummed)
        }
        if case .voucher(_, let first, _) = expected.output,
            case .voucher(_, let second, _) = found.output, first != second
        {
            add("\(subject).value", first.description, second.description)
        }
        comparePayloads(expected.output.payload, found.output.payload, "\(subject).payload")
    }

    /// Names the arguments that differ where both payloads are calls of one function, and else the
    /// first byte that differs.
    mutating func comparePayloads(_ expected: [UInt8], _ found: [UInt8], _ subject: String) {
        guard expected != found else { return }
        if let expectedCall = DecodedCall(expected), let call = DecodedCall(found),
            expectedCall.function == call.function
        {
            for (index, parameter) in call.function.parameters.enumerated()
            where expectedCall.arguments[index] != call.arguments[index] {
                add(
                    "\(subject): \(call.name).\(parameter.name)",
                    Self.text(expectedCall.arguments[index], parameter),
                    Self.text(call.arguments[index], parameter))
            }
            return
        }
        let offset = zip(expected, found).prefix { $0 == $1 }.count
        add(
            "\(subject), from byte \(offset) on",
            "\(Self.excerpt(expected, at: offset)) of \(Figures.count(expected.count, "byte"))",
            "\(Self.excerpt(found, at: offset)) of \(Figures.count(found.count, "byte"))")
    }

    private static func text(_ value: ABIValue, _ parameter: ABIParameter) -> String {
        var writer = JSONWriter()
        writer.value(value, of: parameter, named: true)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    private static func excerpt(_ payload: [UInt8], at offset: Int) -> String {
        let part = Array(payload[offset..<min(payload.count, offset + 60)])
        let end = offset + part.count < payload.count ? "…" : ""
        if part.isEmpty { return "the end" }
        if payload.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) {
            let start = max(0, offset - 20)
            return (start > 0 ? "…" : "")
                + String(decoding: payload[start..<(offset + part.count)], as: UTF8.self) + end
        }
        return (offset > 0 ? "…" : "0x") + Hex.string(part).dropFirst(2) + end
    }
}
