import CoreCommands

/// Reads `.npy` files, versions 1.0 to 3.0: booleans, integers and floats of any byte order.
///
/// Source: NumPy Enhancement Proposal 1 and `numpy.lib.format`. A header is a Python dictionary
/// with exactly the keys descr, fortran_order and shape.
package enum NumPyArray {
    private static let magic: [UInt8] = [0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]

    package static func parse(_ file: [UInt8]) throws(ToolFailure) -> NumberArray {
        guard file.count >= 10, Array(file[0..<6]) == magic else {
            throw .format("This is no .npy file.")
        }
        guard (1...3).contains(file[6]), file[7] == 0 else {
            throw .format("Version \(file[6]).\(file[7]) of the .npy format is unknown.")
        }
        let lengthSize = file[6] == 1 ? 2 : 4
        guard file.count >= 8 + lengthSize,
            case let start = 8 + lengthSize + file.littleEndian(8, lengthSize), start <= file.count
        else { throw .format("The .npy header ends early.") }
        let text = String(decoding: file[(8 + lengthSize)..<start], as: UTF8.self)
        let header = try NumPyHeader(parsing: text, takesLongs: file[6] < 3)

        var count = 1
        for dimension in header.shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow, product <= Interchange.fileLimit else {
                throw .format("The array has too many values.")
            }
            count = product
        }
        let (format, isBigEndian) = try header.format()
        guard file.count - start == count * format.size else {
            throw .format(
                "The array has \(file.count - start) bytes where \(count * format.size) are due.")
        }
        let values = format.decode(file[start...], bigEndian: isBigEndian)
        return NumberArray(
            shape: header.shape,
            values: header.isColumnMajor ? rowMajor(values, header.shape) : values)
    }

    /// Puts column-major values into row-major order.
    private static func rowMajor(_ values: [Double], _ shape: [Int]) -> [Double] {
        var strides: [Int] = []
        var step = 1
        for dimension in shape {
            strides.append(step)
            step *= dimension
        }
        var index = [Int](repeating: 0, count: shape.count)
        var result: [Double] = []
        result.reserveCapacity(values.count)
        for _ in values.indices {
            var place = 0
            for axis in index.indices { place += index[axis] * strides[axis] }
            result.append(values[place])
            // The next index in row-major order, like an odometer.
            var axis = shape.count - 1
            while axis >= 0 {
                index[axis] += 1
                guard index[axis] == shape[axis] else { break }
                index[axis] = 0
                axis -= 1
            }
        }
        return result
    }
}

/// The three facts of a `.npy` header.
package struct NumPyHeader: Equatable {
    private(set) var descr = ""
    private(set) var isColumnMajor = false
    private(set) var shape: [Int] = []

    /// Reads `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. Python 2 wrote `(3L, 4L)`
    /// in versions 1 and 2 of the format.
    package init(parsing text: String, takesLongs: Bool = false) throws(ToolFailure) {
        var rest = Substring(text)
        var seen: [String] = []
        try NumPyHeader.expect("{", &rest)
        while !NumPyHeader.take("}", &rest) {
            let key = try NumPyHeader.quoted(&rest)
            try NumPyHeader.expect(":", &rest)
            switch key {
            case "descr": descr = try NumPyHeader.quoted(&rest)
            case "fortran_order": isColumnMajor = try NumPyHeader.truth(&rest)
            case "shape": shape = try NumPyHeader.tuple(&rest, takesLongs)
            default: throw .format("The .npy header has an unknown key \(key).")
            }
            seen.append(key)
            if !NumPyHeader.take(",", &rest) {
                try NumPyHeader.expect("}", &rest)
                break
            }
        }
        guard rest.unicodeScalars.allSatisfy(NumPyHeader.isSpace),
            seen.sorted() == ["descr", "fortran_order", "shape"]
        else { throw .format("The .npy header is not the dictionary that it should be.") }
    }

    /// The number format that `descr` names, and whether its first byte is the highest.
    package func format() throws(ToolFailure) -> (NumberFormat, isBigEndian: Bool) {
        let isBigEndian = descr.first == ">"
        guard let order = descr.first, "<>|=".contains(order) else {
            throw .format("Arrays of \(descr) are not taken: only numbers are.")
        }
        switch descr.dropFirst() {
        case "f2": return (.float16, isBigEndian)
        case "f4": return (.float32, isBigEndian)
        case "f8": return (.float64, isBigEndian)
        case "i1", "i2", "i4", "i8":
            return (.signed(descr.last?.wholeNumberValue ?? 1), isBigEndian)
        case "u1", "u2", "u4", "u8":
            return (.unsigned(descr.last?.wholeNumberValue ?? 1), isBigEndian)
        case "b1": return (.bool, isBigEndian)
        default: throw .format("Arrays of \(descr) are not taken: only numbers are.")
        }
    }

    /// What Python passes over between tokens.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        " \t\n\r\u{0C}".unicodeScalars.contains(scalar)
    }

    private static func skipSpace(_ rest: inout Substring) {
        rest = Substring(rest.unicodeScalars.drop(while: isSpace))
    }

    private static func take(_ token: Character, _ rest: inout Substring) -> Bool {
        skipSpace(&rest)
        guard rest.first == token else { return false }
        rest.removeFirst()
        return true
    }

    private static func expect(_ token: Character, _ rest: inout Substring) throws(ToolFailure) {
        guard take(token, &rest) else {
            throw .format("The .npy header lacks \"\(token)\" before \"\(rest.prefix(12))\".")
        }
    }

    private static func quoted(_ rest: inout Substring) throws(ToolFailure) -> String {
        let quote: Character = take("\"", &rest) ? "\"" : "'"
        if quote == "'" { try expect("'", &rest) }
        let text = rest.prefix { $0 != quote }
        rest = rest.dropFirst(text.count)
        try expect(quote, &rest)
        return String(text)
    }

    private static func truth(_ rest: inout Substring) throws(ToolFailure) -> Bool {
        skipSpace(&rest)
        let word = rest.prefix(while: \.isLetter)
        guard word == "True" || word == "False" else {
            throw .format("The .npy header has no truth value.")
        }
        rest = rest.dropFirst(word.count)
        return word == "True"
    }

    private static func tuple(
        _ rest: inout Substring, _ takesLongs: Bool
    ) throws(ToolFailure) -> [Int] {
        var numbers: [Int] = []
        try expect("(", &rest)
        while !take(")", &rest) {
            let digits = rest.prefix { ("0"..."9").contains($0) }
            guard let number = Int(digits), digits == "0" || !digits.hasPrefix("0") else {
                throw .format("The .npy header has no shape.")
            }
            numbers.append(number)
            rest = rest.dropFirst(digits.count)
            if takesLongs, rest.first == "L" { rest.removeFirst() }
            guard take(",", &rest) else {
                // One number in parentheses is no tuple.
                guard numbers.count != 1 else {
                    throw .format("The .npy header has a number for a shape.")
                }
                try expect(")", &rest)
                break
            }
        }
        return numbers
    }
}
