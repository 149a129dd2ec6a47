/// The parameters of a model in the order in which the kernels read them.
///
/// In every weight tensor four rows at a time alternate: the first numbers of the four rows, then
/// their second numbers. Rows that are left over, and biases, stay as they are. Every tensor keeps
/// its place, so the offsets of a `Stage` hold for both orders.
struct WeightPanels: Sendable {
    let values: [Int32]

    /// `model` must belong to `architecture`.
    init(_ model: Model, architecture: Architecture) {
        var values = model.parameters
        for stage in architecture.stages where stage.weightCount > 0 {
            let depth = stage.rowLength
            var row = 0
            while row &+ RegisterTile.side <= stage.rows {
                let start = stage.weightOffset &+ row &* depth
                for k in 0..<depth {
                    for lane in 0..<RegisterTile.side {
                        values[start &+ RegisterTile.side &* k &+ lane] =
                            model.parameters[start &+ lane &* depth &+ k]
                    }
                }
                row &+= RegisterTile.side
            }
        }
        self.values = values
    }
}
