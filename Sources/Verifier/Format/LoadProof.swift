extension Model {
    /// Refuses parameters of which a row has Σ|w| over `DML1.rowLimit`; biases do not count.
    ///
    /// A row is one Dense output or one Conv2D output channel. Under the limit every partial sum
    /// of a row's products stays inside Int64, in any order, for any Int32 inputs.
    /// `parameters` must be as many as the architecture asks for.
    static func proveRows(
        of parameters: [Int32], architecture: Architecture
    ) throws(VerifierError) {
        var tensor = 0
        for stage in architecture.stages where stage.weightCount > 0 {
            for row in 0..<stage.rows {
                let start = stage.weightOffset &+ row &* stage.rowLength
                // At most 2^18 terms of at most 2^31.
                var sum: Int64 = 0
                for index in start..<(start &+ stage.rowLength) {
                    sum &+= Int64(parameters[index].magnitude)
                }
                guard sum <= DML1.rowLimit else { throw .rowOverflow(tensor: tensor, row: row) }
            }
            tensor &+= stage.biasCount > 0 ? 2 : 1
        }
    }
}
