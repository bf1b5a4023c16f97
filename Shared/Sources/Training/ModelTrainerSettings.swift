/// How a bundle's models are trained together.
public struct ModelTrainerSettings: Sendable, Equatable {
    /// What the recall model is trained to do.
    public var recall = RecallMethod.nextItem
    /// The recall model.
    public var twoTower = TwoTowerSettings()
    /// The ranker.
    public var ranker = RankerSettings()
    /// Whether a ranker is trained at all.
    public var trainsRanker = true
    /// How the models are served together, as an earlier training found it on its validation part; nil to find it on this
    /// one's. Without either the ranker has the whole order.
    public var choice: ServingChoice?
    /// Epochs after the ranker is trained in which the recall model takes in what it had not been shown.
    public var refreshEpochs = 2
    /// Step size of those, as a share of the highest.
    public var refreshRate: Float = 0.3

    /// The defaults.
    public init() {}

    /// The same for other threads and another seed.
    public init(seed: UInt64, threads: Int) {
        twoTower.seed = seed
        twoTower.threads = max(1, threads)
        ranker.seed = seed
        ranker.threads = max(1, threads)
    }
}
