import ABI
import Content
import TestSupport
import Testing

/// What the model itself has to have, for its word to mean anything.
@Suite struct ModelTests {
    /// 13: no way of cutting a job into smaller ones is cheaper, and more is never cheaper.
    @Test func splittingRentGainsNothing() {
        var random = SplitMix64(seed: 13)
        func below(_ bound: UInt64) -> UInt64 { random.next() % bound }
        for _ in 0..<2_000 {
            let reserved = below(RentModel.capacity)
            let bytes = 1 + below(RentModel.capacity - reserved)
            let seconds = 1 + below(1 << 26)
            let whole = RentModel.rent(reserved: reserved, bytes: bytes, seconds: seconds)
            let part = below(bytes + 1)
            let first = RentModel.rent(reserved: reserved, bytes: part, seconds: seconds)
            let rest = RentModel.rent(
                reserved: reserved + part, bytes: bytes - part, seconds: seconds)
            #expect(first + rest >= whole)
            #expect(first <= whole)
            let half = seconds / 2
            let early = RentModel.rent(reserved: reserved, bytes: bytes, seconds: half)
            let late = RentModel.rent(reserved: reserved, bytes: bytes, seconds: seconds - half)
            #expect(early + late >= whole)
        }
    }

    /// The figures of the protocol page.
    @Test func rentIsWhatThePageSays() {
        // From posting to the end of a job that lives a week.
        let week: UInt64 = 604_800 + 604_800 / 4 + 604_800
        let mebibyte: UInt64 = 1 << 20
        #expect(
            RentModel.rent(reserved: 79_482_060, bytes: mebibyte, seconds: week)
                == 591_882_473_497_817)
        #expect(
            RentModel.rent(reserved: 80_530_636, bytes: mebibyte, seconds: week)
                == 874_204_551_322_102)
        #expect(
            RentModel.rent(reserved: 0, bytes: RentModel.half, seconds: week) == 0)
    }

    /// 4: every shape of DAG gives the file back when it is whole, and no beginning of its stream is
    /// a fault or a file.
    @Test(arguments: [TinyDag.Leaves.raw, .nodes, .identity])
    func streamsOfAllShapesAreRead(leaves: TinyDag.Leaves) {
        let file = (0..<101).map { UInt8($0) }
        for chunk in [9, 50, 200] {
            for width in [2, 5] {
                let dag = TinyDag(chunk: chunk, width: width, leaves: leaves)
                let parcel = dag.parcel(of: file)
                for end in 0..<parcel.stream.count {
                    let verdict = StreamModel.judge(
                        Array(parcel.stream[..<end]), of: parcel.stream.count, as: parcel.name,
                        length: file.count)
                    if case .open = verdict { continue }
                    Issue.record("\(verdict) at \(end) of chunk \(chunk), width \(width)")
                }
                #expect(
                    StreamModel.judge(
                        parcel.stream, of: parcel.stream.count, as: parcel.name,
                        length: file.count) == .whole(file))
            }
        }
    }
}
