import JSON

extension JSONReader {
    mutating func readText() throws(JSONError) -> String {
        String(decoding: try readString(), as: UTF8.self)
    }
}
