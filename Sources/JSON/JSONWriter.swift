import ABI

/// Writes one JSON text, without white space.
///
/// Commas come from the writer. The caller balances `begin` and `end` and gives each member of an
/// object a key; within that, whatever is written is valid JSON.
public struct JSONWriter: Sendable {
    /// The text so far, UTF-8.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// An empty text.
    public init() {}

    /// Starts over, keeping the memory.
    public mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        needsComma = false
    }

    /// Makes room for `count` more bytes at once.
    public mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(bytes.count + count)
    }

    /// Opens an object: members follow, each after its key.
    public mutating func beginObject() {
        separate()
        bytes.append(0x7B)
        needsComma = false
    }

    /// Closes the innermost container, an object.
    public mutating func endObject() {
        bytes.append(0x7D)
        needsComma = true
    }

    /// Opens an array: values follow.
    public mutating func beginArray() {
        separate()
        bytes.append(0x5B)
        needsComma = false
    }

    /// Closes the innermost container, an array.
    public mutating func endArray() {
        bytes.append(0x5D)
        needsComma = true
    }

    /// The name of the next member: a literal without characters that need an escape.
    public mutating func key(_ name: StaticString) {
        separate()
        bytes.append(0x22)
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(0x22)
        bytes.append(0x3A)
        needsComma = false
    }

    /// The name of the next member, escaped.
    public mutating func key(text name: String) {
        string(name)
        bytes.append(0x3A)
        needsComma = false
    }

    /// A string, escaped where RFC 8259 demands it and nowhere else.
    public mutating func string(_ text: String) {
        separate()
        bytes.append(0x22)
        for byte in text.utf8 {
            appendEscaped(byte)
        }
        bytes.append(0x22)
        needsComma = true
    }

    /// Text from outside: each ill-formed UTF-8 sequence becomes U+FFFD.
    public mutating func string(utf8 text: [UInt8]) {
        separate()
        bytes.append(0x22)
        var index = 0
        while index < text.count {
            let length = UTF8Sequence.length(in: text, at: index, end: text.count)
            if length == 1 {
                appendEscaped(text[index])
            } else if length > 0 {
                bytes.append(contentsOf: text[index..<(index &+ length)])
            } else {
                UTF8Sequence.append(0xFFFD, to: &bytes)
            }
            index &+= length < 0 ? 0 &- length : length
        }
        bytes.append(0x22)
        needsComma = true
    }

    /// A string of `0x` and lower-case digits.
    public mutating func hex(_ payload: [UInt8]) {
        separate()
        bytes.append(0x22)
        bytes.append(0x30)
        bytes.append(0x78)
        Hex.append(payload, to: &bytes)
        bytes.append(0x22)
        needsComma = true
    }

    /// A number in decimal digits. Readers that keep numbers in doubles lose digits above 2^53.
    public mutating func number(_ value: UInt64) {
        separate()
        appendDecimal(value)
        needsComma = true
    }

    /// A number as `JSONReader.readNumber` gave it.
    public mutating func number(text: [UInt8]) {
        separate()
        bytes.append(contentsOf: text)
        needsComma = true
    }

    /// `true` or `false`.
    public mutating func bool(_ value: Bool) {
        separate()
        append(value ? "true" : "false")
        needsComma = true
    }

    /// `null`.
    public mutating func null() {
        separate()
        append("null")
        needsComma = true
    }

    private mutating func separate() {
        if needsComma {
            bytes.append(0x2C)
        }
    }

    private mutating func append(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func appendDecimal(_ value: UInt64) {
        // The largest power of ten that is not above the value comes first; 10^19 < 2^64.
        var power: UInt64 = 1
        while value / power >= 10 {
            power &*= 10
        }
        var rest = value
        while power > 0 {
            bytes.append(0x30 &+ UInt8(truncatingIfNeeded: rest / power))
            rest %= power
            power /= 10
        }
    }

    /// RFC 8259, section 7: quotation mark, reverse solidus and the control characters must be
    /// escaped.
    private mutating func appendEscaped(_ byte: UInt8) {
        switch byte {
        case 0x22: append("\\\"")
        case 0x5C: append("\\\\")
        case 0x08: append("\\b")
        case 0x09: append("\\t")
        case 0x0A: append("\\n")
        case 0x0C: append("\\f")
        case 0x0D: append("\\r")
        case 0x00...0x1F:
            append("\\u00")
            Hex.append([byte], to: &bytes)
        default: bytes.append(byte)
        }
    }
}

/// One member in one line.
extension JSONWriter {
    /// A key and a string.
    public mutating func string(_ name: StaticString, _ text: String) {
        key(name)
        string(text)
    }

    /// A key and text from outside, repaired as in `string(utf8:)`.
    public mutating func string(_ name: StaticString, utf8 text: [UInt8]) {
        key(name)
        string(utf8: text)
    }

    /// A key and a string of `0x` and lower-case digits.
    public mutating func hex(_ name: StaticString, _ payload: [UInt8]) {
        key(name)
        hex(payload)
    }

    /// A key and a number.
    public mutating func number(_ name: StaticString, _ value: UInt64) {
        key(name)
        number(value)
    }

    /// A key and `true` or `false`.
    public mutating func bool(_ name: StaticString, _ value: Bool) {
        key(name)
        bool(value)
    }

    /// A key and `null`.
    public mutating func null(_ name: StaticString) {
        key(name)
        null()
    }

    /// A key and a text; null where there is none.
    public mutating func string(_ name: StaticString, _ text: String?) {
        if let text { string(name, text) } else { null(name) }
    }

    /// A key and a number; null where there is none.
    public mutating func number(_ name: StaticString, _ value: UInt64?) {
        if let value { number(name, value) } else { null(name) }
    }

    /// A key and `0x` and digits; null where there are none.
    public mutating func hex(_ name: StaticString, _ payload: [UInt8]?) {
        if let payload { hex(name, payload) } else { null(name) }
    }

    /// A key and the opening of an object.
    public mutating func beginObject(_ name: StaticString) {
        key(name)
        beginObject()
    }

    /// A key and the opening of an array.
    public mutating func beginArray(_ name: StaticString) {
        key(name)
        beginArray()
    }
}
