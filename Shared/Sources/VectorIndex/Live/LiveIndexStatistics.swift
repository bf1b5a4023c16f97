/// How often an index was made anew.
public struct LiveIndexStatistics: Sendable, Equatable {
    /// Times that an index made anew took the old one's place.
    public internal(set) var rebuilds = 0
    /// Attempts that failed.
    public internal(set) var failedRebuilds = 0
    /// How long the last one took, changes made again included; nil before the first.
    public internal(set) var lastRebuild: Duration?
    /// Whether one is on its way.
    public internal(set) var isRebuilding = false
}
