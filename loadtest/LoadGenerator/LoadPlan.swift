/// One run of the load generator.
package struct LoadPlan: Sendable, Equatable {
    /// The server under test.
    package var target: TargetURL

    /// Requests a second over all threads.
    package var rate = 10_000

    /// Measured time in seconds.
    package var duration = 10.0

    /// Time before it, in seconds: sent, not counted.
    package var warmup = 2.0

    /// Connections over all threads; each carries one request at a time.
    package var connections = 256

    /// Threads of the generator.
    package var threads = 1

    /// Users `u1` … `uN` are asked for.
    package var users = 10_000

    /// Exponent of the power law of users.
    package var exponent = 0.99

    /// Items asked for.
    package var items = 20

    /// Seed of the draw of users.
    package var seed: UInt64 = 1

    /// Time after which a request counts as lost, in seconds from when it was due.
    package var timeout = 5.0

    /// How often a request is sent again whose connection broke before its answer.
    package var repeats = 1

    package init(target: TargetURL) {
        self.target = target
    }
}
