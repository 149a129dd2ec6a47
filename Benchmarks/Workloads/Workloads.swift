import Rollup

/// Runs one group of measured workloads:
/// `Workloads kernels | work | candidates | codec | play | state JOBS ACCOUNTS`.
@main
struct Workloads {
    static func main() {
        guard let name = HostProcess.argument(1) else {
            Measurement.fail("names a group: kernels, work, candidates, codec, play or state")
        }
        Measurement.calibrate()
        // Bytes: the comparison of strings would need tables of Unicode.
        switch Array(name.utf8) {
        case Array("kernels".utf8): KernelWorkloads.run()
        case Array("work".utf8): WorkWorkloads.run()
        case Array("candidates".utf8): CandidateWorkloads.run()
        case Array("codec".utf8): CodecWorkloads.run()
        case Array("play".utf8): PlayWorkloads.run()
        case Array("state".utf8):
            guard let jobs = HostProcess.argument(2).flatMap({ UInt64($0) }),
                let accounts = HostProcess.argument(3).flatMap({ UInt64($0) })
            else { Measurement.fail("state takes numbers of jobs and accounts") }
            StateWorkloads.run(jobs: jobs, accounts: accounts)
        default: Measurement.fail("no group of that name")
        }
    }
}
