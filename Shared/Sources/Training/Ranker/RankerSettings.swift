/// How the rankers are trained.
public struct RankerSettings: Sendable, Equatable {
    /// The large one.
    public var teacher = RankerTeacherSettings()
    /// The small one that learns from it.
    public var student = RankerStudentSettings()
    /// Candidates that recall gives, in training as in serving.
    public var candidates = 200
    /// Of those, how many of the best are in every list, and how many of the rest are drawn.
    public var best = 20
    public var drawn = 20
    /// As how many a candidate counts that the user was shown beside the taken one and left.
    public var shownWeight: Float = 1
    /// Share of a user's samples, the last ones, that the ranker learns from; at least one, at most `perUser`.
    public var share = 0.1
    public var perUser = 5
    /// Lists there are at most; further users give none.
    public var lists = 12_000
    /// Passes of the teacher over the lists.
    public var epochs = 12
    /// Lists of a step.
    public var batch = 64
    /// Epochs without a better validation figure after which the teacher's training stops.
    public var patience = 3
    /// Seed of everything random.
    public var seed: UInt64 = 1
    /// Threads that work; results are the same for the same number.
    public var threads = 2

    /// The defaults.
    public init() {}
}
