/// What a gateway does unless a request says otherwise, and its limits.
package struct GatewayConfiguration: Sendable {
    /// Items in an answer when the request names no number.
    package var count = 20
    /// See `RerankQuery.diversity`.
    package var diversity: Float?
    /// Candidates that recall hands to ranking.
    package var candidates: Int
    /// Events in one `POST /events`.
    package var eventsPerRequest: Int
    /// How far ahead of the clock an event's time may be, in milliseconds.
    package var maximumFutureSkew: Int64
    /// Time for an answer from the arrival of its request, in milliseconds; then a lower rung answers.
    package var deadlineMilliseconds: Int
    /// SHA-256 of each API key; empty: none is asked for.
    package var apiKeyHashes: Set<String>

    /// Items in an answer at most.
    package static let maximumCount = 200

    package init(
        diversity: Float? = nil, candidates: Int = 200, eventsPerRequest: Int = 1000,
        maximumFutureSkew: Int64 = 86_400_000, deadlineMilliseconds: Int = 80,
        apiKeyHashes: Set<String> = []
    ) {
        self.diversity = diversity
        self.candidates = candidates
        self.eventsPerRequest = eventsPerRequest
        self.maximumFutureSkew = maximumFutureSkew
        self.deadlineMilliseconds = deadlineMilliseconds
        self.apiKeyHashes = apiKeyHashes
    }
}
