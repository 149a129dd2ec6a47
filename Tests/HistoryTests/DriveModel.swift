import Archive
import Content

/// A file that is part of the machine: its bytes, and how they came onto the drive.
struct DriveModel {
    let parcel: Parcel
    let blob: [UInt8]

    func isKnown(as name: Name) -> Bool {
        name.isSame(as: parcel.name) || name.isSame(as: Name(of: blob))
    }

    /// What sponsors often need: two base models and the usual data, one of them as raw bytes, the
    /// others as DAGs.
    static func files() throws -> [DriveModel] {
        let dag = TinyDag()
        let base = try TinyNetwork.model([0, 0])
        let other = try TinyNetwork.model([30_000, 0])
        let data = TinyNetwork.data(x: [-2, -1, 1, 2], labels: [0, 0, 1, 1])
        return [
            DriveModel(parcel: Parcel(raw: base), blob: base),
            DriveModel(parcel: dag.parcel(of: other), blob: other),
            DriveModel(parcel: dag.parcel(of: data), blob: data),
        ]
    }

    /// The drive of the engine that holds them.
    static func drive(of files: [DriveModel]) throws -> ContentDrive {
        var drive = ContentDrive()
        for file in files {
            if file.parcel.name.isDag {
                try drive.add(car: file.parcel.stream)
            } else {
                _ = drive.add(file.blob, cid: CID.raw(digest: file.parcel.name.digest))
            }
        }
        try drive.seal()
        return drive
    }
}
