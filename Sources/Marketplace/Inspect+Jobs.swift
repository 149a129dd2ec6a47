import ABI
import JSON

extension Engine {
    /// `jobs`, `jobs/{id}`, and `submissions`, `leaderboard` and `messages` of a live job.
    func writeJobs(
        _ segments: [[UInt8]], _ query: Query, to json: inout JSONWriter
    ) throws(Refusal) {
        json.number("asOf", state.lastTimestamp)
        guard let text = segments.first else {
            try writeJobList(query, to: &json)
            return
        }
        guard let id = Query.number(text) else { throw Refusal(.invalidQuery, at: "job number") }
        guard id < UInt64(state.jobs.count) else {
            throw Refusal(.notFound, at: "job \(id) of \(state.jobs.count)")
        }
        guard segments.count > 1 else {
            json.beginObject("job")
            switch state.jobs[Int(id)] {
            case .live(let job):
                job.write(to: &json, phaseNow: phaseNow(of: job), state.content)
            case .ended(let job): job.write(to: &json)
            }
            json.endObject()
            return
        }
        guard segments.count == 2 else { throw Refusal(.invalidQuery, at: "path") }
        guard case .live(let job) = state.jobs[Int(id)] else {
            throw Refusal(.notFound, at: "the job has ended; its notices tell")
        }
        json.number("jobId", id)
        switch Path(segments[1]) {
        case "submissions": job.writeSubmissions(to: &json)
        case "leaderboard": job.writeLeaderboard(to: &json)
        case "messages": job.writeMessages(to: &json)
        default: throw Refusal(.invalidQuery, at: "path")
        }
    }

    /// All jobs, or those of one stored phase, in the order of their numbers.
    private func writeJobList(_ query: Query, to json: inout JSONWriter) throws(Refusal) {
        let page = try Page(query)
        var ids: [UInt64] = []
        var total = state.jobs.count
        if let name = query.text("phase") {
            guard let phase = PhaseName(name) else { throw Refusal(.invalidQuery, at: "phase") }
            ids = state.phases[phase.rawValue].members(from: page.offset, limit: page.limit)
            total = state.phases[phase.rawValue].count
        } else {
            for index in page.range(of: total) { ids.append(UInt64(index)) }
        }
        page.write(total: total, to: &json)
        json.beginArray("jobs")
        for id in ids {
            json.beginObject()
            switch state.jobs[Int(id)] {
            case .live(let job): job.writeSummary(to: &json, phaseNow: phaseNow(of: job))
            case .ended(let job): job.write(to: &json)
            }
            json.endObject()
        }
        json.endArray()
    }

    /// The phase that a job is in at the time of the last input, whether or not a message has
    /// rolled it there: what time alone does, without scoring.
    private func phaseNow(of job: Job) -> PhaseName {
        var turn = Turn(
            at: job, state: state, context: Context(at: state.lastTimestamp, configuration))
        turn.budget = 0
        do throws(Refusal) {
            try turn.rollForward()
        } catch {
            return job.storedPhase
        }
        return turn.ended?.storedPhase ?? turn.job.storedPhase
    }
}
