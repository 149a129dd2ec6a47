import Verifier

/// An input is an architecture, a model and a data set one after the other, the first two behind
/// their lengths as two bytes each, little-endian. Whatever parses is scored.
@c(LLVMFuzzerTestOneInput)
public func fuzzBlobs(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    var rest = UnsafeBufferPointer(start: start, count: count)[...]
    let arch = takePart(&rest)
    var weights = takePart(&rest)
    guard let architecture = try? Architecture(parsing: arch) else { return 0 }
    // No mutation guesses a hash, so the weights are made to name the architecture.
    if weights.count >= 24 {
        weights.replaceSubrange(8..<24, with: architecture.id.bytes.prefix(16))
    }
    let data = Array(rest)
    if let model = try? Model(
        parsing: weights, architecture: architecture, base: nil, dtype: nil)
    {
        score(architecture, model, data)
        // The same numbers as a difference to themselves.
        weights[5] = 1
        if let delta = try? Model(
            parsing: weights, architecture: architecture, base: model, dtype: nil)
        {
            score(architecture, delta, data)
        }
    }
    return 0
}

private func takePart(_ rest: inout Slice<UnsafeBufferPointer<UInt8>>) -> [UInt8] {
    guard rest.count >= 2 else { return [] }
    let length = Int(rest[rest.startIndex]) | Int(rest[rest.startIndex + 1]) << 8
    rest = rest.dropFirst(2)
    let part = Array(rest.prefix(length))
    rest = rest.dropFirst(length)
    return part
}

private func score(_ architecture: Architecture, _ model: Model, _ blob: [UInt8]) {
    guard let data = try? Dataset(parsing: blob, architecture: architecture) else { return }
    // Dear networks are no different, only slow.
    guard Evaluation.totalWork(architecture: architecture, samples: data.samples) < 1_000_000 else {
        return
    }
    var evaluation = Evaluation(architecture: architecture, model: model, data: data)
    while !evaluation.isFinished {
        let budget: UInt64 = 10_000
        let spent = evaluation.step(budget: budget, atLeastOne: true)
        precondition(spent <= max(budget, architecture.unitsPerSample), "a step over its budget")
    }
    let worst = Evaluation.worstLoss(samples: data.samples)
    precondition(evaluation.metrics.loss <= worst, "a loss over its limit")
}
