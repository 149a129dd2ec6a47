/// Reads types and signatures as people write them, and writes down the canonical form on the way.
///
/// Between tokens there may be white space, parameters may have names and data locations, a tuple
/// may be called `tuple`. `uint` and `int` mean 256 bits. The type `function` is decoded as the 24
/// bytes that it is encoded as, and keeps its name in signatures.
///
/// Source: Solidity documentation, "Contract ABI Specification", sections "Function Selector" and
/// "Types", and the grammar of `function-definition` and `error-definition`.
struct SignatureParser {
    /// Texts longer than this are refused.
    static var lengthLimit: Int { 16_384 }
    /// Types of one text, counting those inside of others.
    static var typeLimit: Int { 1_024 }

    private let text: [UInt8]
    private(set) var offset = 0
    private var typeCount = 0
    /// The canonical form of the types read so far.
    private(set) var canonical: [UInt8] = []

    init(_ text: String) throws(SignatureError) {
        self.text = Array(text.utf8)
        guard self.text.count <= SignatureParser.lengthLimit else {
            throw SignatureError(.tooLong, at: SignatureParser.lengthLimit)
        }
    }

    /// A type, and how deep it is nested: 1 for an elementary type.
    mutating func parseType(inside depth: Int) throws(SignatureError) -> (ABIType, nesting: Int) {
        skipSpace()
        typeCount += 1
        guard typeCount <= SignatureParser.typeLimit else {
            throw SignatureError(.tooManyTypes, at: offset)
        }
        let start = offset
        var type: ABIType
        var nesting = 1
        if isNext("(") {
            (type, nesting) = try parseTuple(at: start, inside: depth)
        } else {
            let word = try parseWord()
            skipSpace()
            if isWord(word, "tuple"), isNext("(") {
                (type, nesting) = try parseTuple(at: start, inside: depth)
            } else {
                type = try SignatureParser.elementary(text[word], at: start)
                append(type, named: word)
            }
        }
        skipSpace()
        while isNext("[") {
            nesting += 1
            guard depth + nesting <= ABIDecoder.depthLimit else {
                throw SignatureError(.tooDeep, at: start)
            }
            type = try parseArray(of: type)
            skipSpace()
        }
        return (type, nesting)
    }

    private mutating func parseTuple(
        at start: Int, inside depth: Int
    ) throws(SignatureError) -> (ABIType, nesting: Int) {
        guard depth + 1 < ABIDecoder.depthLimit else { throw SignatureError(.tooDeep, at: start) }
        let (members, nesting) = try parseParameters(inside: depth + 1)
        guard !members.isEmpty else { throw SignatureError(.emptyType, at: start) }
        return (.tuple(members), nesting + 1)
    }

    /// A list in parentheses, perhaps an empty one.
    mutating func parseParameters(
        inside depth: Int
    ) throws(SignatureError) -> ([ABIParameter], nesting: Int) {
        try expect("(")
        canonical.append(0x28)
        var parameters: [ABIParameter] = []
        var deepest = 0
        skipSpace()
        if !isNext(")") {
            while true {
                let (type, nesting) = try parseType(inside: depth)
                deepest = max(deepest, nesting)
                parameters.append(ABIParameter(try parseName(of: type), type))
                skipSpace()
                guard isNext(",") else { break }
                offset += 1
                canonical.append(0x2C)
            }
        }
        try expect(")")
        canonical.append(0x29)
        return (parameters, deepest)
    }

    /// The words between a type and the end of its parameter: `payable`, a data location, a name.
    private mutating func parseName(of type: ABIType) throws(SignatureError) -> String {
        skipSpace()
        while isWordNext {
            let word = try parseWord()
            if isWord(word, "payable"), type == .address {
                skipSpace()
                continue
            }
            if isWord(word, "memory") || isWord(word, "calldata") || isWord(word, "storage") {
                skipSpace()
                continue
            }
            return String(decoding: text[word], as: UTF8.self)
        }
        return ""
    }

    /// `[]` or `[k]`.
    private mutating func parseArray(of element: ABIType) throws(SignatureError) -> ABIType {
        try expect("[")
        skipSpace()
        let start = offset
        var count = 0
        while offset < text.count, text[offset] &- 0x30 < 10 {
            // 18 digits fit an Int.
            guard offset - start < 18 else { throw SignatureError(.invalidSize, at: start) }
            count = count * 10 + Int(text[offset] &- 0x30)
            offset += 1
        }
        let digits = start..<offset
        try expect("]")
        typeCount += 1
        canonical.append(0x5B)
        canonical.append(contentsOf: text[digits])
        canonical.append(0x5D)
        guard !digits.isEmpty else { return .array(element) }
        guard count > 0 else { throw SignatureError(.emptyType, at: start) }
        guard text[start] != 0x30 else { throw SignatureError(.invalidSize, at: start) }
        return .fixedArray(element, count: count)
    }

    private mutating func append(_ type: ABIType, named word: Range<Int>) {
        if isWord(word, "uint") || isWord(word, "int") {
            canonical.append(contentsOf: Array(type.canonicalName.utf8))
        } else {
            canonical.append(contentsOf: text[word])
        }
    }
}

// Tokens.
extension SignatureParser {
    /// Refuses anything but white space.
    mutating func finish() throws(SignatureError) {
        skipSpace()
        guard offset == text.count else { throw SignatureError(.unexpectedCharacter, at: offset) }
    }

    /// An identifier: letters, digits, `_` and `$`, not beginning with a digit.
    mutating func parseWord() throws(SignatureError) -> Range<Int> {
        skipSpace()
        let start = offset
        guard offset < text.count else { throw SignatureError(.unexpectedEnd, at: offset) }
        guard isWordNext else { throw SignatureError(.unexpectedCharacter, at: offset) }
        while offset < text.count, SignatureParser.isLetter(text[offset]) || text[offset].isDigit {
            offset += 1
        }
        return start..<offset
    }

    mutating func skipSpace() {
        while offset < text.count {
            switch text[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }

    private mutating func expect(_ character: Unicode.Scalar) throws(SignatureError) {
        skipSpace()
        guard offset < text.count else { throw SignatureError(.unexpectedEnd, at: offset) }
        guard isNext(character) else { throw SignatureError(.unexpectedCharacter, at: offset) }
        offset += 1
    }

    func isNext(_ character: Unicode.Scalar) -> Bool {
        offset < text.count && UInt32(text[offset]) == character.value
    }

    mutating func consume(_ character: Unicode.Scalar) -> Bool {
        guard isNext(character) else { return false }
        offset += 1
        return true
    }

    var isWordNext: Bool { offset < text.count && SignatureParser.isLetter(text[offset]) }

    func isWord(_ word: Range<Int>, _ name: StaticString) -> Bool {
        SignatureParser.isWord(text[word], name)
    }

    func string(_ word: Range<Int>) -> String { String(decoding: text[word], as: UTF8.self) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || byte == 0x24
    }

    static func isWord(_ word: ArraySlice<UInt8>, _ name: StaticString) -> Bool {
        guard word.count == name.utf8CodeUnitCount else { return false }
        return name.withUTF8Buffer { name in
            for (i, byte) in word.enumerated() where name[i] != byte {
                return false
            }
            return true
        }
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { self &- 0x30 < 10 }
}
