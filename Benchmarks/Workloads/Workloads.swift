import Rollup

/// Runs one group of measured workloads: `Workloads kernels | codec | state JOBS`.
@main
struct Workloads {
    static func main() {
        guard let name = HostProcess.argument(1) else {
            Measurement.fail("names a group: kernels, codec or state")
        }
        Measurement.calibrate()
        // Bytes: the comparison of strings would need tables of Unicode.
        switch Array(name.utf8) {
        case Array("kernels".utf8): KernelWorkloads.run()
        case Array("codec".utf8): CodecWorkloads.run()
        default: Measurement.fail("no group of that name")
        }
    }
}
