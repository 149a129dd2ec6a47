/// The live jobs that wait for a deadline, the earliest first.
///
/// A binary heap that knows where each job is in it, so that a job's deadline changes in O(log n).
/// Of two jobs with one deadline the one with the smaller number comes first.
struct DeadlineIndex: Sendable {
    private struct Entry {
        let deadline: UInt64
        let job: UInt64

        func isBefore(_ other: Entry) -> Bool {
            (deadline, job) < (other.deadline, other.job)
        }
    }

    private static var absent: Int32 { -1 }

    private var heap: [Entry] = []
    /// For each job number, where it stands in the heap.
    private var places: [Int32] = []

    var count: Int { heap.count }

    /// Sets the deadline of `job`, or takes it out with nil.
    mutating func set(_ deadline: UInt64?, for job: UInt64) {
        remove(job)
        guard let deadline else { return }
        let index = Int(job)
        while places.count <= index { places.append(DeadlineIndex.absent) }
        heap.append(Entry(deadline: deadline, job: job))
        rise(from: heap.count - 1)
    }

    /// Up to `limit` jobs whose deadline is at or before `now`, the oldest deadline first.
    ///
    /// Looks at no more than `2 · limit + 1` entries: a job's children in the heap are candidates
    /// only once the job itself has been taken.
    func passed(at now: UInt64, limit: Int) -> [UInt64] {
        var result: [UInt64] = []
        var candidates = heap.isEmpty ? [] : [0]
        while result.count < limit, !candidates.isEmpty {
            var first = 0
            for index in candidates.indices
            where heap[candidates[index]].isBefore(heap[candidates[first]]) {
                first = index
            }
            let place = candidates.remove(at: first)
            guard heap[place].deadline <= now else { break }
            result.append(heap[place].job)
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count {
                candidates.append(child)
            }
        }
        return result
    }

    private mutating func remove(_ job: UInt64) {
        let index = Int(job)
        guard index < places.count, places[index] != DeadlineIndex.absent else { return }
        let place = Int(places[index])
        places[index] = DeadlineIndex.absent
        let last = heap.removeLast()
        guard place < heap.count else { return }
        heap[place] = last
        rise(from: place)
        sink(from: Int(places[Int(last.job)]))
    }

    private mutating func rise(from start: Int) {
        let entry = heap[start]
        var place = start
        while place > 0, entry.isBefore(heap[(place - 1) / 2]) {
            put(heap[(place - 1) / 2], at: place)
            place = (place - 1) / 2
        }
        put(entry, at: place)
    }

    private mutating func sink(from start: Int) {
        let entry = heap[start]
        var place = start
        while true {
            var child = 2 * place + 1
            guard child < heap.count else { break }
            if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
            guard heap[child].isBefore(entry) else { break }
            put(heap[child], at: place)
            place = child
        }
        put(entry, at: place)
    }

    /// There are fewer live jobs than the capacity has bytes, so places fit 32 bits.
    private mutating func put(_ entry: Entry, at place: Int) {
        heap[place] = entry
        places[Int(entry.job)] = Int32(truncatingIfNeeded: place)
    }
}
