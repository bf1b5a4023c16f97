import HTTP

/// A batch of recommendations on its way through the cascade.
// @unchecked: stays on the loop that its exchanges live on.
final class BatchWork: Watched, @unchecked Sendable {
    let exchanges: [HTTPExchange]
    let requests: [RecommendRequest]
    let clock: StageClock
    /// What is known of the users, as soon as it is.
    var rows: KnownRows?
    private weak let shard: GatewayShard?

    init(exchanges: [HTTPExchange], requests: [RecommendRequest], clock: StageClock, shard: GatewayShard) {
        self.exchanges = exchanges
        self.requests = requests
        self.clock = clock
        self.shard = shard
        super.init(limit: clock.limit)
    }

    override func expire() { shard?.expire(self) }
}
