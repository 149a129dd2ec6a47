extension SignatureParser {
    /// The type without parentheses and brackets that `word` names. Errors are at `start`, where the
    /// word stands.
    static func elementary(
        _ word: ArraySlice<UInt8>, at start: Int
    ) throws(SignatureError) -> ABIType {
        // The letters in front and the digits behind, of which there may be none.
        var end = word.startIndex
        while end < word.endIndex, !(0x30...0x39).contains(word[end]) {
            end += 1
        }
        let (stem, digits) = (word[..<end], word[end...])
        if isWord(stem, "fixed") || isWord(stem, "ufixed") {
            throw SignatureError(.unsupportedType, at: start)
        }
        if digits.isEmpty {
            return try plain(stem, at: start)
        }
        switch try size(digits, at: start) {
        case let bits? where isWord(stem, "uint"):
            return .uint(bits: try bitCount(bits, at: start))
        case let bits? where isWord(stem, "int"):
            return .int(bits: try bitCount(bits, at: start))
        case let count? where isWord(stem, "bytes"):
            guard (1...32).contains(count) else { throw SignatureError(.invalidSize, at: start) }
            return .fixedBytes(count)
        default:
            throw SignatureError(.unknownType, at: start)
        }
    }

    private static func plain(
        _ word: ArraySlice<UInt8>, at start: Int
    ) throws(SignatureError) -> ABIType {
        if isWord(word, "uint") { return .uint(bits: 256) }
        if isWord(word, "int") { return .int(bits: 256) }
        if isWord(word, "bool") { return .bool }
        if isWord(word, "address") { return .address }
        if isWord(word, "bytes") { return .bytes }
        if isWord(word, "string") { return .string }
        // "an address (20 bytes) followed by a function selector (4 bytes). Encoded identical to
        // bytes24."
        if isWord(word, "function") { return .fixedBytes(24) }
        throw SignatureError(.unknownType, at: start)
    }

    /// The number that `digits` spell; nil when they are not digits only.
    private static func size(
        _ digits: ArraySlice<UInt8>, at start: Int
    ) throws(SignatureError) -> Int? {
        var value = 0
        for digit in digits {
            guard (0x30...0x39).contains(digit) else { return nil }
            // Anything above 256 is refused by the caller, so the value may stop growing.
            value = min(value * 10 + Int(digit &- 0x30), 1_000)
        }
        guard digits.first != 0x30 else { throw SignatureError(.invalidSize, at: start) }
        return value
    }

    private static func bitCount(_ bits: Int, at start: Int) throws(SignatureError) -> Int {
        guard (8...256).contains(bits), bits % 8 == 0 else {
            throw SignatureError(.invalidSize, at: start)
        }
        return bits
    }
}
