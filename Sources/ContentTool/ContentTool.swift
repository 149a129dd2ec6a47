/// Content for people: CIDs as Kubo prints them, CAR files, and uploads as inputs.
///
/// The commands are `CIDCommand`, `CARCommand` and `UploadCommand`; what they do is in functions of
/// bytes to bytes beside them.
public enum ContentTool {}

/// What a command tells its user when it cannot go on: what was expected, and what was found.
struct ContentToolError: Error, Equatable, CustomStringConvertible {
    let code: String
    let description: String

    init(_ code: String, _ description: String) {
        self.code = code
        self.description = description
    }
}
