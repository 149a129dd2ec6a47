import ArgumentParser
import Operations

/// Content for people: CIDs as Kubo prints them, CAR files, and uploads as inputs.
///
/// The commands are `CIDCommand`, `CARCommand` and `UploadCommand`; what they do is in functions of
/// bytes to bytes beside them.
public enum ContentTool {}

extension ProfileName: ExpressibleByArgument {}
