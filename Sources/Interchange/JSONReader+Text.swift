import JSON

extension JSONReader {
    package mutating func readText() throws(JSONError) -> String {
        String(decoding: try readString(), as: UTF8.self)
    }
}
