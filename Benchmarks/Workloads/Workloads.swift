import Machine

/// Runs one group of measured workloads:
/// `Workloads kernels | work | candidates | codec | play [BUDGET] | state JOBS
/// ACCOUNTS | growth JOBS ACCOUNTS | full`.
@main
struct Workloads {
    static func main() {
        guard let name = MachineProcess.argument(1) else {
            Measurement.fail(
                "names a group: kernels, work, candidates, codec, play, state, growth or full")
        }
        Measurement.calibrate()
        // Bytes: the comparison of strings would need tables of Unicode.
        switch Array(name.utf8) {
        case Array("kernels".utf8): KernelWorkloads.run()
        case Array("work".utf8): WorkWorkloads.run()
        case Array("candidates".utf8): CandidateWorkloads.run()
        case Array("codec".utf8): CodecWorkloads.run()
        case Array("play".utf8): PlayWorkloads.run()
        case Array("state".utf8): StateWorkloads.run(jobs: number(2), accounts: number(3))
        case Array("growth".utf8): StateWorkloads.grow(jobs: number(2), accounts: number(3))
        case Array("full".utf8): FullWorkloads.run()
        default: Measurement.fail("no group of that name")
        }
    }

    private static func number(_ index: Int32) -> UInt64 {
        guard let number = MachineProcess.argument(index).flatMap({ UInt64($0) }) else {
            Measurement.fail("takes numbers of jobs and accounts")
        }
        return number
    }
}
