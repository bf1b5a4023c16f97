import Domain

/// Memory that the user tower works in: one for each thread that encodes, kept between calls so that nothing is
/// allocated once it has its size.
public struct TwoTowerScratch: Sendable {
    var inputs: [Float] = []
    var hidden: [Float] = []
    var weights = PoolingWeights()

    /// Empty; grows at first use.
    public init() {}

    mutating func prepare(users: Int, shape: TwoTowerShape) {
        if inputs.count < users * 3 * shape.dimensions {
            inputs = [Float](repeating: 0, count: users * 3 * shape.dimensions)
        }
        if hidden.count < users * shape.userHidden {
            hidden = [Float](repeating: 0, count: users * shape.userHidden)
        }
    }
}
