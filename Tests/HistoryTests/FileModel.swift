import ABI
import Content

/// A file of a job: every byte of its stream, and the file itself once it is whole.
struct FileModel {
    enum Kind: String {
        case base
        case data
        case model
        case global
    }

    let kind: Kind
    /// Zero: the application's own.
    let owner: Address
    let name: Name
    /// Of the stream.
    let size: Int
    var stream: [UInt8] = []
    /// The file itself, whole.
    var blob: [UInt8]?

    var isWhole: Bool { blob != nil }

    /// Whether `name` means this file: the CID under which it came, or that of its bytes.
    func isKnown(as name: Name) -> Bool {
        guard let blob else { return false }
        return name.isSame(as: self.name) || name.isSame(as: Name(of: blob))
    }

    /// A file that is there at once.
    init(_ kind: Kind, of owner: Address, as name: Name, whole blob: [UInt8]) {
        self.init(kind, of: owner, as: name, size: blob.count)
        stream = blob
        self.blob = blob
    }

    init(_ kind: Kind, of owner: Address, as name: Name, size: Int) {
        self.kind = kind
        self.owner = owner
        self.name = name
        self.size = size
    }
}

extension JobModel {
    /// The place of somebody's file.
    func file(_ kind: FileModel.Kind, of owner: Address) -> Int? {
        files.firstIndex { $0.kind == kind && $0.owner == owner }
    }

    /// Whether nothing may replace the file.
    func isInUse(_ file: FileModel) -> Bool {
        switch file.kind {
        case .base: return phase != .filling
        case .data: return data != nil
        case .model:
            guard let slot = slot(of: file.owner), let seat = seats[slot] else { return false }
            return seat.isPaid || seat.opened.map { !$0.hasFailed } ?? false
        // Nobody could replace it, and nobody adopts it before its job has ended.
        case .global: return false
        }
    }

    /// The exact length of a file.
    func length(of kind: FileModel.Kind) -> Int {
        switch kind {
        case .base, .global: return Int(terms.baseSize)
        case .data: return Int(terms.dataSize)
        case .model: return Int(terms.modelSize)
        }
    }

    /// The data, under every name that a message may use.
    func isData(_ name: Name) -> Bool {
        files.contains { $0.kind == .data && isInUse($0) && $0.isKnown(as: name) }
    }

    mutating func drop(_ kind: FileModel.Kind, of owner: Address) {
        files.removeAll { $0.kind == kind && $0.owner == owner }
    }
}
