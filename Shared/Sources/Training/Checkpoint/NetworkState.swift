/// A network in training at the end of an epoch: everything that the epochs to come depend on.
struct NetworkState: Sendable, Equatable {
    /// The best parameters so far.
    struct Best: Sendable, Equatable {
        /// What states are compared by, on validation.
        var figure: Double
        /// The epoch they are from; 0 for those at the start.
        var epoch: Int
        var parameters: [Float]
    }

    /// The epoch that has ended, from 1.
    var epoch: Int
    /// Epochs since the best one.
    var worse: Int
    /// Steps of the optimiser so far.
    var step: Int
    /// What the next random number comes from, and what it came from at the beginning of each epoch.
    var random: RandomSource
    var epochStarts: [RandomSource]
    /// Nil without validation cases.
    var best: Best?
    /// Parameters, and Adam's first and second moments of each.
    var parameters: [Float]
    var first: [Float]
    var second: [Float]

    /// Everything that is as long as the parameters.
    var tensors: [[Float]] { [parameters, first, second] + (best.map { [$0.parameters] } ?? []) }
}
