/// A planted bug. A fuzzer that does not find it within seconds is not instrumented.
@c(LLVMFuzzerTestOneInput)
public func fuzzCanary(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let bytes = UnsafeBufferPointer(start: start, count: count)
    if bytes.count >= 4, bytes[0] == 0x44, bytes[1] == 0x4D, bytes[2] == 0x4C, bytes[3] == 0x21 {
        fatalError("the canary sings")
    }
    return 0
}
