/// How a ``GraphTowerTrainer`` trains.
public struct GraphTowerSettings: Sendable {
    /// Values of a vector.
    public var dimensions = 256
    /// τ: what cosines are divided by.
    public var temperature: Float = 0.1
    /// Users of a step.
    public var batch = 512
    /// Items of a step that stand for all others; all items when there are fewer.
    public var negatives = 8192
    /// Passes over all users.
    public var epochs = 40
    /// Adam's step size after the warm-up; it falls to zero along half a cosine.
    public var learningRate: Float = 0.03
    /// Steps over which the step size grows from zero.
    public var warmUpSteps = 30
    /// A user's targets weigh their number to this power, together.
    public var userExponent: Float = 0.7
    /// Spread of the first item vectors.
    public var initialSpread: Float = 0.1
    /// First bias of an item: so many times (ln degree − mean).
    public var popularity: Float = 0.4
    public var threads = 2
    public var seed: UInt64 = 1

    /// Settings that do well on Gowalla; another data set may want another temperature.
    public init() {}

    /// Settings for a number of users: a small set needs smaller steps to have as many.
    public init(users: Int) {
        batch = min(512, max(32, users / 32))
    }
}
