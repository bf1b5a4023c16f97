/// How history is divided into what models learn from and what they are asked.
public struct SplitOptions: Sendable, Equatable {
    /// The rule that divides.
    public enum Method: String, Sendable, CaseIterable {
        /// ``time`` where it gives enough users to measure, ``last`` otherwise.
        case automatic = "auto"
        /// One cut in time for all users.
        case time
        /// The last interactions of each user.
        case last
    }

    /// Which interactions a model may be asked to predict.
    public enum Targets: String, Sendable, CaseIterable {
        /// Those with an item that the user had not met before: what a recommender that drops seen items can answer.
        case newItems = "new"
        /// Any; where the user had met the item before, every model that drops seen items misses. This is how figures
        /// in the literature count.
        case anyItem = "any"
    }

    /// The rule that divides.
    public var method: Method
    /// Which interactions a model may be asked to predict.
    public var targets: Targets
    /// Share of the positive interactions that lie after the cut in time.
    public var testShare: Double
    /// Share of the positive interactions in the slice before the cut by which models are picked.
    public var validationShare: Double
    /// Under ``Method/time``, how many interactions of one user are asked for in each part at most.
    public var casesPerUser: Int
    /// Users that ``Method/automatic`` wants before it cuts by time.
    public var minimumUsersByTime: Int
    /// More users than this are sampled.
    public var maximumUsers: Int
    /// Seed of that sample.
    public var seed: UInt64

    /// Options; each has a default that suits a catalogue of any size.
    public init(
        method: Method = .automatic, targets: Targets = .newItems, testShare: Double = 0.1,
        validationShare: Double = 0.1, casesPerUser: Int = 3, minimumUsersByTime: Int = 1000,
        maximumUsers: Int = 20_000, seed: UInt64 = 1
    ) {
        self.method = method
        self.targets = targets
        self.testShare = min(max(testShare, 0), 0.5)
        self.validationShare = min(max(validationShare, 0), 0.4)
        self.casesPerUser = max(1, casesPerUser)
        self.minimumUsersByTime = max(1, minimumUsersByTime)
        self.maximumUsers = max(1, maximumUsers)
        self.seed = seed
    }
}
