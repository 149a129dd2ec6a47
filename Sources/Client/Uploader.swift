import ABI
import Content
import CoreCommands
import JSON

/// An application that answers queries.
package protocol JobQuestions {
    /// The answer to a query, a JSON object, of an application that has taken `inputs` inputs or more.
    func ask(_ path: String, after inputs: UInt64) throws -> JSONValue
}

/// The application that an upload goes to: behind a node, or an engine in a test.
package protocol UploadTarget: JobQuestions {
    /// Sends `payload` and returns once its place among the inputs is certain: that place, and the
    /// line to print.
    func send(_ payload: [UInt8]) throws -> (input: UInt64, line: String)
    /// What the application refused in an input, in words; nil when nothing, or when nobody can tell.
    func refusal(of input: UInt64) throws -> (code: String, message: String)?
}

extension JobQuestions {
    /// Where `sender` begins to upload `source` into `job`; nil when the file is whole already.
    ///
    /// Throws when the job takes no such file now, when it is in use, and, unless `restarting`, when
    /// beginning anew would drop what another upload of the sender has brought.
    package func start(
        of source: FileSource, in job: UInt64, from sender: Address, restarting: Bool = false
    ) throws -> Int? {
        let state = try JobState(try ask("jobs/\(job)", after: 0))
        let files = try files(of: job, after: 0)
        if let file = files.file(source.root, of: sender) {
            guard let due = file.due else { return nil }
            if file.size == source.stream.count, !restarting { return due }
        }
        let kind = try state.kind(of: source.root, from: sender)
        guard let file = files.file(of: sender, kind: kind) else { return 0 }
        if file.isInUse {
            throw ToolFailure(
                "inUse", "\(file.cid.text) is in use as the job's \(kind): nothing can replace it")
        }
        if let due = file.due, due > 0, !restarting {
            throw ToolFailure(
                "unfinished",
                "\(file.received) of \(file.size) bytes of \(file.cid.text) have come as the "
                    + "\(kind); --restart drops them")
        }
        return 0
    }

    fileprivate func files(of job: UInt64, after inputs: UInt64) throws -> JobFiles {
        try JobFiles(try ask("jobs/\(job)/files", after: inputs))
    }
}

/// Sends a file in order and goes on where the application says that it stands.
///
/// Every piece has its place before the next is sent. The application is asked after the first piece
/// and then after more and more of them, so that a refusal costs little; when another offset is due
/// than was expected, the upload goes on there.
package struct Uploader<Target: UploadTarget> {
    /// Pieces between two questions.
    private static var burstLimit: Int { 16 }
    /// Bursts in a row that may move nothing.
    private static var patience: Int { 3 }

    private let target: Target
    private let source: FileSource
    private let job: UInt64
    private let sender: Address
    private let plan: UploadPlan

    package init(_ source: FileSource, job: UInt64, from sender: Address, to target: Target) {
        self.target = target
        self.source = source
        self.job = job
        self.sender = sender
        plan = UploadPlan(source, job: job)
    }

    /// Sends everything from `start` on. `report` gets the line of each piece and the offset behind it.
    package func run(from start: Int, report: (String, Int) throws -> Void) throws {
        let size = source.stream.count
        var offset = start
        var burst = 1
        var idle = 0
        while offset < size {
            let begin = offset
            var inputs: [UInt64] = []
            while offset < size, inputs.count < burst {
                let sent = try target.send(try plan.payload(at: offset))
                inputs.append(sent.input)
                offset = plan.end(of: offset)
                try report(sent.line, offset)
            }
            let due = try due(after: inputs, expecting: offset)
            guard due != offset else {
                burst = min(burst * 2, Self.burstLimit)
                continue
            }
            idle = due > begin ? 0 : idle + 1
            guard idle < Self.patience else {
                throw ToolFailure("upload", "the application stays at byte \(due) of \(size)")
            }
            (offset, burst) = (due, 1)
        }
    }

    /// The offset that is due once the application has taken these inputs; the size when it is whole.
    private func due(after inputs: [UInt64], expecting offset: Int) throws -> Int {
        let file = try file(after: (inputs.last ?? 0) + 1)
        let isThis = file?.size == source.stream.count
        let due = isThis ? file?.due ?? source.stream.count : nil
        if due == offset { return offset }
        let refusal = try inputs.lazy.compactMap { try target.refusal(of: $0) }.first
        if let refusal, refusal.code != "outOfOrder" {
            throw ToolFailure(refusal.code, refusal.message)
        }
        guard let due else {
            throw ToolFailure(
                "dropped", "the application has dropped the file; its job has moved on")
        }
        return due
    }

    /// Nil also when the job has ended, and its files with it.
    private func file(after inputs: UInt64) throws -> JobFiles.Entry? {
        do {
            return try target.files(of: job, after: inputs).file(source.root, of: sender)
        } catch let failure as ToolFailure where failure.code == "notFound" {
            return nil
        }
    }
}
