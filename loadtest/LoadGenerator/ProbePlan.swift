/// One run of the freshness probe: how long it takes from an event to the first answer that shows it.
package struct ProbePlan: Sendable, Equatable {
    /// The server under test.
    package var target: TargetURL

    /// Events a second, due at fixed times.
    package var rate = 500

    /// Measured time in seconds.
    package var duration = 10.0

    /// Time before it, in seconds: probed, not counted.
    package var warmup = 2.0

    /// Connections; each carries one request at a time.
    package var connections = 64

    /// Users, each with one event under way at most.
    package var users = 2_000

    /// Items asked for.
    package var items = 20

    /// Time after which an event counts as lost, in seconds from when it was due.
    package var timeout = 5.0

    /// Nanoseconds from an answer that does not show the event to the next question.
    package var interval: UInt64 = 5_000_000

    /// Begin of the users' ids; users of an earlier run would have met the items already.
    package var userPrefix: String

    package init(target: TargetURL, userPrefix: String) {
        self.target = target
        self.userPrefix = userPrefix
    }
}
