/// How a ranker is trained.
public struct RankerSettings: Sendable, Equatable {
    /// Units of the two hidden layers.
    public var hidden1 = 32
    public var hidden2 = 16
    /// Candidates that recall gives, in training as in serving.
    public var candidates = 200
    /// Of those, how many of the best are in every list, and how many of the rest are drawn.
    public var best = 20
    public var drawn = 20
    /// Share of a user's samples, the last ones, that the ranker learns from; at least one, at most `perUser`.
    public var share = 0.1
    public var perUser = 5
    /// Lists there are at most; further users give none.
    public var lists = 12_000
    /// Passes over the lists.
    public var epochs = 12
    /// Lists of a step.
    public var batch = 64
    /// The highest step size.
    public var learningRate: Float = 3e-3
    /// L2 on all layers, added to the gradient.
    public var decay: Float = 1e-4
    /// Epochs without a better validation figure after which training stops.
    public var patience = 3
    /// Seed of everything random.
    public var seed: UInt64 = 1
    /// Threads that work; results are the same for the same number.
    public var threads = 2

    /// The defaults.
    public init() {}
}
