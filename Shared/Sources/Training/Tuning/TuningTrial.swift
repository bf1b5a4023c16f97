/// A training with one choice of the parameters, and what it came to.
public struct TuningTrial: Sendable, Equatable, Codable {
    /// Number of the choice: the same for all trials of it. 0 is what was set before.
    public var choice: Int
    /// Values by name.
    public var values: [String: Double]
    /// Share of the whole training's epochs that it had, such as 1/3.
    public var share: Double
    /// What is to be as high as possible; nil where training failed, by divergence.
    public var score: Double?
    /// Seconds it took.
    public var seconds: Double

    /// A trial.
    public init(choice: Int, values: [String: Double], share: Double, score: Double?, seconds: Double) {
        self.choice = choice
        self.values = values
        self.share = share
        self.score = score
        self.seconds = seconds
    }
}
