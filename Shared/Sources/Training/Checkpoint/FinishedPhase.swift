/// What a phase of a training ended with.
struct FinishedPhase: Sendable, Equatable {
    /// Such as `two-tower`.
    var name: String
    /// The epoch that the parameters are from, 0 for those at the start.
    var epoch: Int
    /// What that epoch was found best by, on validation; nil without cases.
    var figure: Double?
    var parameters: [Float]
}
