import CoreCommands
import Verifier

/// Finds the tensors of an architecture among the named ones of a file.
package enum TensorMatching {
    /// The tensors in architecture order.
    ///
    /// With `names` these are taken in the order given. Without, the file's tensors are sorted as
    /// people count (`fc2` before `fc10`), weight before bias, and must then have the very shapes
    /// of the architecture.
    package static func match(
        _ file: SafeTensors, architecture: Architecture, names: [String]
    ) throws(ToolFailure) -> [SafeTensors.Tensor] {
        let chosen: [SafeTensors.Tensor]
        if names.isEmpty {
            chosen = file.tensors.sorted { key($0.name).lexicographicallyPrecedes(key($1.name)) }
        } else {
            var found: [SafeTensors.Tensor] = []
            for name in names {
                guard
                    let tensor = file.tensors.first(where: { $0.name.utf8.elementsEqual(name.utf8) }
                    )
                else {
                    throw .format("The file has no tensor \(name).")
                }
                found.append(tensor)
            }
            chosen = found
        }
        let needed = architecture.tensors
        guard chosen.map(\.shape) == needed.map(\.dimensions) else {
            throw .format(
                "The tensors do not fit the architecture.\n"
                    + "needed: " + needed.map { "\($0.dimensions)" }.joined(separator: " ")
                    + "\nfound:  "
                    + chosen.map { "\($0.name) \($0.shape)" }.joined(separator: " ")
                    + "\nSay --names with the tensors in the order of the architecture; "
                    + "weights are [outputs, inputs].")
        }
        return chosen
    }

    /// A piece of a name to sort by.
    package enum Piece: Comparable {
        case number(Int)
        case text(String)
    }

    /// The name in pieces: numbers count as numbers, and "bias" comes after "weight".
    private static func key(_ name: String) -> [Piece] {
        var pieces: [Piece] = []
        var rest = name[...]
        while let first = rest.first {
            let isNumber = first.isASCII && first.isNumber
            let run = rest.prefix { ($0.isASCII && $0.isNumber) == isNumber }
            rest = rest.dropFirst(run.count)
            if isNumber, let number = Int(run) {
                pieces.append(.number(number))
            } else if rest.isEmpty, run.hasSuffix("bias") {
                pieces.append(.text(run.dropLast(4) + "weight"))
                pieces.append(.number(1))
            } else {
                pieces.append(.text(String(run)))
            }
        }
        return pieces
    }
}
