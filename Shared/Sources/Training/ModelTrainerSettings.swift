import Domain
public import Models

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

    /// From settings that suit ``RecallMethod/nextItem`` to ``RecallMethod/graph`` with what as many epochs and as fast a learning
    /// mean there, where a user is one row for all of their items: passes are short and gradients even, and what was held out
    /// takes several large steps to come in.
    ///
    /// - Parameter dimensions: the length of vectors; 0 for one that suits a catalogue of `items` items.
    public mutating func takeGraphSteps(items: Int, dimensions: Int) {
        recall = .graph
        twoTower.epochs *= 4
        twoTower.learningRate *= 3
        twoTower.negatives *= 4
        twoTower.pooling.reach = .taken
        twoTower.pooling.length = max(twoTower.pooling.length, UserState.takenLimit)
        twoTower.dimensions = dimensions > 0 ? dimensions : TwoTowerSettings.graphDimensions(items: items)
        refreshEpochs *= 3
        refreshRate *= 2
    }

    /// Epochs and shares as an earlier training found them best on its validation part: for a training without one.
    public mutating func use(_ curves: LearningCurves, _ choice: ServingChoice?) {
        if let found = curves.bestEpoch(of: "two-tower") { twoTower.epochs = found }
        if let found = curves.bestEpoch(of: "teacher") { ranker.epochs = found }
        self.choice = choice
    }
}
