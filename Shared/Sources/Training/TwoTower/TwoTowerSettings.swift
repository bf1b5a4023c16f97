public import Domain

/// How a two-tower model is trained. The defaults were chosen on validation parts of the data sets that the README names.
public struct TwoTowerSettings: Sendable, Equatable {
    /// Length of the vectors; see ``dimensions(items:)``.
    public var dimensions = 64
    /// Hidden units of each tower.
    public var hidden = 64
    /// What cosines are divided by: lower fits popular and frequent co-occurrences more sharply.
    public var temperature: Float = 0.1
    /// How histories are averaged.
    public var pooling = HistoryPooling()
    /// The highest step size of embeddings, reached after `warmUpSteps`, falling to zero along cosines.
    public var learningRate: Float = 1e-2
    /// Step size of layers, as a share of that of embeddings.
    public var layerRate: Float = 0.3
    /// Steps until the highest step size.
    public var warmUpSteps = 50
    /// Passes over the samples; fewer when `sampleBudget` is spent before.
    public var epochs = 10
    /// Epochs after which the step size has fallen to zero for the first time; over the others it falls once more. 0 for
    /// a single fall.
    public var firstCycle = 2
    /// Samples of a step.
    public var batch = 512
    /// Items drawn uniformly as negatives of a step, besides the positives of the other samples; a catalogue that has not
    /// more is used whole.
    public var negatives = 2048
    /// Samples that one user gives an epoch at most, drawn anew each time.
    public var samplesPerUser = 64
    /// A bound of the work: samples times candidates, over all epochs. What it cuts off is decided by counts, not by a
    /// clock, so that a run can be repeated.
    public var workBudget: Double = 1e10
    /// Share of items whose own embedding is left out in a step, so that tokens alone learn to stand for an item.
    public var idDropout: Float = 0.03
    /// Share of samples whose history is left out in a step: what the unknown user learns from.
    public var historyDropout: Float = 0.02
    /// Spread of embeddings at the start.
    public var initialSpread: Float = 0.1
    /// L2 on embeddings, added to the gradient.
    public var embeddingDecay: Float = 0
    /// Items that have a token at least, for it to have an embedding; and how many tokens there may be.
    public var tokenMinimum = 2
    public var tokenLimit = 50_000
    /// Epochs without a better validation figure after which training stops.
    public var patience = 3
    /// Seed of everything random.
    public var seed: UInt64 = 1
    /// Threads that work; results are the same for the same number.
    public var threads = 2

    /// The defaults.
    public init() {}

    /// The length of vectors that suits a catalogue of so many items.
    ///
    /// On catalogues of up to 10,000 items 128 values did better than 64 on the validation part of every data set, with
    /// every seed; on one of 20,000 as well as 64 (`README.md`). A scan of 10,000 vectors of 128 values costs what one of
    /// 20,000 of 64 does.
    public static func dimensions(items: Int) -> Int { items <= 10_000 ? 128 : 64 }

    /// The same for graph towers. On splits of the LightGCN form longer vectors found more on each validation part; what bounds
    /// them is memory.
    static func graphDimensions(items: Int) -> Int { items <= 100_000 ? 256 : 64 }

    func check() throws(TrainingError) {
        let isUsable =
            [dimensions, hidden, epochs, batch, negatives, samplesPerUser, threads].allSatisfy { $0 >= 1 }
            && [temperature, learningRate].allSatisfy { $0.isFinite && $0 > 0 } && pooling.isValid
        guard isUsable else {
            throw TrainingError(
                .badSetting, "a two-tower setting makes no sense: sizes, rates and decays are finite and above zero")
        }
    }
}
