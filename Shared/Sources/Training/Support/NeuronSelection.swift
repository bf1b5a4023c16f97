/// Chooses which neurons of a network's hidden layers stay.
enum NeuronSelection {
    /// For each layer the most important neurons in their order, at most `widths` of them.
    static func kept(_ importances: [[Float]], widths: [Int]) -> [[Int]] {
        zip(importances, widths).map { values, width in
            values.indices.sorted { (values[$1], $0) < (values[$0], $1) }.prefix(width).sorted()
        }
    }

    /// Adds, for each neuron of a layer, Σ |value·gradient| over rows: to first order, how much the loss changes without it
    /// (Molchanov et al., ICLR 2017, §2.2).
    static func add(
        rows: Int, values: FloatBuffer, gradients: FloatBuffer, to importances: inout [Float]
    ) {
        let width = importances.count
        for place in 0..<rows * width {
            importances[place % width] += unsafe abs(values.base[place] * gradients.base[place])
        }
    }
}
