import ABI
import Content

// An adversary that tries every rule at its edge, so that a history meets every refusal there is.
extension Generator {
    mutating func probe(
        _ model: MarketModel, _ job: JobModel
    ) throws -> (Address, Deed)? {
        let sponsor = Cast.adversaries[0]
        switch below(12) {
        case 0: return (sponsor, .post(try offer(by: sponsor), maxRent: .zero))
        case 1 where !isHonest(job.sponsor):
            return (job.sponsor, acceptance(at: job, by: job.sponsor))
        case 2:
            let client = Cast.accounts[4 + below(2)]
            let isHashWrong = chance(50)
            return (
                client,
                .accept(
                    job: number(job), termsHash: isHashWrong ? .zero : job.termsHash,
                    payout: isHashWrong ? .zero : MarketModel.application, proof: [])
            )
        default:
            // Wherever one of its slots has come far; else where it has any.
            var places: [(job: JobModel, slot: Int, seat: JobModel.Seat)] = []
            for job in model.jobs where !job.hasEnded {
                for case let (slot, seat?) in job.seats.enumerated() where !isHonest(seat.client) {
                    places.append((job, slot, seat))
                }
            }
            let far = places.filter { place in
                place.seat.isPaid || place.seat.attempts > 1 || place.seat.opened != nil
                    || place.job.phase == .reveal
            }
            guard let place = pick(far.isEmpty || chance(40) ? places : far) else { return nil }
            return (place.seat.client, try probe(by: place.seat, place.slot, at: place.job))
        }
    }

    /// Something that the holder of a slot may almost do.
    private mutating func probe(
        by seat: JobModel.Seat, _ slot: Int, at job: JobModel
    ) throws -> Deed {
        let id = number(job)
        let plan = plan(of: seat.client, at: job)
        let parcel = plan?.parcel ?? Parcel(raw: [1, 2, 3])
        if seat.isPaid || seat.attempts == 3, chance(60) { return .commit(job: id, hash: salt()) }
        if seat.opened != nil {
            if job.phase == .open, chance(50) { return .commit(job: id, hash: salt()) }
            return piece(of: parcel, 0..<parcel.stream.count, at: job)
        }
        let isDue = job.entries.contains { $0.slot == slot && $0.status == .due }
        if job.phase == .reveal, !isDue, let plan { return submission(of: plan, at: job) }
        let file = job.file(.model, of: seat.client).map { job.files[$0] }
        if let plan, file?.isWhole == true, file?.blob == plan.blob, chance(70) {
            let data = job.files.first { $0.kind == .data }?.name ?? Name(of: [])
            let isDataWrong = chance(50)
            return .submit(
                job: id, model: plan.parcel.name, data: isDataWrong ? Name(of: [7]) : data,
                salt: isDataWrong ? plan.salt : salt())
        }
        switch below(8) {
        case 0: return .say(job: id, to: Cast.landlord, body: [65])
        case 1:
            return .upload(
                job: id, cid: parcel.name, size: parcel.stream.count, offset: 0, chunk: [])
        case 2:
            let offset = max(1, (file?.stream.count ?? 0) + 1)
            return .upload(
                job: id, cid: parcel.name, size: max(parcel.stream.count, offset + 1),
                offset: offset, chunk: [1])
        case 3:
            let form: Name.Form = chance(50) ? .foreign : .broken
            return .upload(
                job: id, cid: Name(parcel.name.digest, form), size: 1, offset: 0, chunk: [1])
        default:
            let faulty = faulty(plan?.blob ?? [1, 2, 3])
            return piece(of: faulty, 0..<faulty.stream.count, at: job)
        }
    }
}
