import CoreCommands
import Foundation
import Marketplace
import RollupServer
import Terminal

extension MachineEnvironment {
    /// What the application of the node with its state in `folder` is built with, kept there from
    /// the first start on: inputs that were made for one set of contracts are none for another.
    ///
    /// `stated` is what whoever starts the node chooses, nil when nothing; a new state then has the
    /// contracts of `standard`.
    public static func ofNode(
        in folder: String, stated: MachineEnvironment?, standard: MachineEnvironment
    ) throws(NodeEnvironmentError) -> MachineEnvironment {
        let path = folder + "/" + file
        let inputs = folder + "/inputs.jsonl"
        do {
            if let data = FileManager.default.contents(atPath: path) {
                let kept = try MachineEnvironment(
                    known: Configuration.variables, parsing: String(decoding: data, as: UTF8.self))
                guard stated == nil || stated == kept else {
                    throw NodeEnvironmentError.differs(path: path, kept: kept.text)
                }
                return kept
            }
            if stated == nil, let size = try? Data(contentsOf: URL(fileURLWithPath: inputs)).count,
                size > 0
            {
                throw NodeEnvironmentError.unknown(path: inputs)
            }
            let chosen = stated ?? standard
            try Files.makeFolder(folder)
            try Files.write(Array(chosen.text.utf8), to: path)
            return chosen
        } catch let error as NodeEnvironmentError {
            throw error
        } catch let error as ToolFailure {
            throw .system(path: folder, reason: error.message)
        } catch let error as MachineEnvironmentError {
            throw .system(path: "\(path):\(error.line)", reason: error.problem)
        } catch {
            throw .system(path: path, reason: error.localizedDescription)
        }
    }
}

/// Why a node cannot tell what its application is built with.
public enum NodeEnvironmentError: Error, Equatable, Sendable, CustomStringConvertible {
    case differs(path: String, kept: String)
    case unknown(path: String)
    case system(path: String, reason: String)

    public var description: String {
        switch self {
        case .differs(let path, let kept):
            return "this state began with other contracts; \(path) has "
                + kept.split(separator: "\n").joined(separator: ", ")
                + ". Start without --contracts and DEML_ variables, or name another --state."
        case .unknown(let path):
            return "\(path) has inputs, and nothing says for which contracts they were made; "
                + "name their release with --contracts."
        case .system(let path, let reason):
            return "\(path): \(reason)"
        }
    }
}
