extension ABIType {
    /// The type that `text` spells, such as `(uint256,bytes)[]`; members may have names, the type
    /// itself has none.
    public init(parsing text: String) throws(SignatureError) {
        var parser = try SignatureParser(text)
        let (type, _) = try parser.parseType(inside: 0)
        try parser.finish()
        self = type
    }
}

extension ABIFunction {
    /// The function or error that `text` declares, as in `function f((uint256,bytes)[] x)`.
    ///
    /// The keyword, the names of the parameters, data locations, visibility, mutability, `returns`
    /// and the semicolon are optional and do not change the signature.
    public init(parsing text: String) throws(SignatureError) {
        var parser = try SignatureParser(text)
        var word = try parser.parseWord()
        parser.skipSpace()
        // `error` is no keyword of Solidity, so it may also be the name of a function.
        if parser.isWord(word, "function") || parser.isWord(word, "error") && parser.isWordNext {
            word = try parser.parseWord()
        }
        let name = parser.string(word)
        let (parameters, _) = try parser.parseParameters(inside: 0)
        let signature = name + String(decoding: parser.canonical, as: UTF8.self)
        try parser.parseAttributes()
        try parser.finish()
        self.init(name: name, parameters: parameters, signature: signature)
    }
}

extension SignatureParser {
    /// What may follow the parameters of a function.
    fileprivate mutating func parseAttributes() throws(SignatureError) {
        skipSpace()
        while isWordNext {
            let start = offset
            let word = try parseWord()
            if isWord(word, "returns") {
                let (outputs, _) = try parseParameters(inside: 0)
                guard !outputs.isEmpty else { throw SignatureError(.emptyType, at: start) }
            } else {
                guard isAttribute(word) else {
                    throw SignatureError(.unexpectedCharacter, at: start)
                }
            }
            skipSpace()
        }
        _ = consume(";")
    }

    private func isAttribute(_ word: Range<Int>) -> Bool {
        isWord(word, "external") || isWord(word, "public") || isWord(word, "internal")
            || isWord(word, "private") || isWord(word, "view") || isWord(word, "pure")
            || isWord(word, "payable") || isWord(word, "nonpayable") || isWord(word, "constant")
            || isWord(word, "virtual")
    }
}
