import ABI
import JSON
import Vouchers

extension Engine {
    /// `jobs`, `jobs/{id}`, and `submissions`, `leaderboard` and `messages` of a live job.
    func writeJobs(
        _ segments: [[UInt8]], _ query: Query, to json: inout JSONWriter
    ) throws(Refusal) {
        json.number("asOf", state.asOf)
        guard let text = segments.first else {
            try writeJobList(query, to: &json)
            return
        }
        let id = try Query.number(text, "job")
        guard let record = state.jobs[id] else {
            throw Refusal(.notFound, at: "job \(id) of \(state.jobCount)")
        }
        guard segments.count > 1 else {
            json.beginObject("job")
            switch record {
            case .live(let job):
                job.write(
                    to: &json, phaseNow: phaseNow(of: job), state.files, configuration)
            case .ended(let job): job.write(to: &json)
            }
            json.endObject()
            return
        }
        guard segments.count == 2 else { throw Refusal(.invalidQuery, at: "path") }
        guard case .live(let job) = record else {
            throw Refusal(.notFound, at: "the job has ended; its notices tell")
        }
        json.number("jobId", id)
        switch segments[1] {
        case "submissions": job.writeSubmissions(to: &json)
        case "leaderboard": job.writeLeaderboard(to: &json)
        case "messages": job.writeMessages(to: &json)
        case "files": job.writeFiles(to: &json, state.files)
        default: throw Refusal(.invalidQuery, at: "path")
        }
    }

    /// All remembered jobs, or those of one stored phase, in the order of their numbers.
    private func writeJobList(_ query: Query, to json: inout JSONWriter) throws(Refusal) {
        let page = try Page(query)
        var records: [State.JobRecord] = []
        var total = state.jobs.count
        if let name = query.text("phase") {
            guard let phase = PhaseName(name) else { throw Refusal(.invalidQuery, at: "phase") }
            let members = state.phases[phase.place]
            total = members.count
            for entry in members.page(offset: page.offset, limit: page.limit) {
                if let record = state.jobs[entry.key] { records.append(record) }
            }
        } else {
            for entry in state.jobs.page(offset: page.offset, limit: page.limit) {
                records.append(entry.value)
            }
        }
        page.write(total: total, to: &json)
        json.beginArray("jobs")
        for record in records {
            json.beginObject()
            switch record {
            case .live(let job):
                job.writeSummary(to: &json, phaseNow: phaseNow(of: job), configuration)
            case .ended(let job): job.write(to: &json)
            }
            json.endObject()
        }
        json.endArray()
    }

    /// The phase that a job is in at the time of the last input, whether or not a message has
    /// rolled it there: what time alone does.
    private func phaseNow(of job: Job) -> PhaseName {
        guard job.nextDeadline <= state.asOf else { return job.storedPhase }
        var turn = Turn(
            at: job, state: state, context: Context(at: state.asOf, configuration))
        turn.decision.isQuestion = true
        do throws(Refusal) {
            try turn.roll()
        } catch {
            return job.storedPhase
        }
        return turn.ended?.storedPhase ?? turn.job.storedPhase
    }
}
