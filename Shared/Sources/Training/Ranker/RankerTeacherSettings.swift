/// How the large ranker is made that students learn from.
public struct RankerTeacherSettings: Sendable, Equatable {
    /// Length of the vector that an item has of its own; 0 for none.
    public var embedding = 64
    /// Cross layers, and the rank of each.
    public var crosses = 2
    public var rank = 32
    /// Units of the deep part's layers; none for no deep part.
    public var deep = [128, 64]
    /// Weight of a second head that tells what the taken item was worth to the user; 0 for none.
    public var worthShare: Float = 0.1
    /// The highest step size.
    public var learningRate: Float = 3e-4
    /// L2 on layers and on the items' own vectors, added to the gradient.
    public var decay: Float = 1e-4
    public var embeddingDecay: Float = 1e-3

    /// The defaults.
    public init() {}
}
