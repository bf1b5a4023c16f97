package import Training

/// What a search for settings is asked for.
package struct TuningOptions: Sendable {
    /// The settings that are searched for, each once.
    package var settings: [TunedSetting]
    /// Seconds after which no trial goes on; trials that an earlier search made cost none.
    package var budget: Double
    /// Trials there are at most, with those of the journal.
    package var trials: Int
    /// Seed of the choices that are tried.
    package var seed: UInt64
    /// How the history is split; nothing looks at its test part.
    package var split: SplitOptions
    /// Whether an earlier search's journal is not used.
    package var isFresh: Bool

    package init(
        settings: [TunedSetting] = TunedSetting.recall, budget: Double = 600, trials: Int = .max, seed: UInt64 = 1,
        split: SplitOptions = SplitOptions(), isFresh: Bool = false
    ) {
        self.settings = settings
        self.budget = budget
        self.trials = trials
        self.seed = seed
        self.split = split
        self.isFresh = isFresh
    }
}
