package import Metrics

/// What a worker counted of the requests that were due in the measured time.
package struct Measurements: Sendable {
    /// Nanoseconds from the moment a request was due to its complete answer, for answers below status 400; and for those
    /// that timed out, the time until they were given up, lest the worst requests be missing from the percentiles.
    package var latency = Histogram()

    /// Nanoseconds from the moment a request was due to when it was written: what waited for a free connection.
    package var wait = Histogram()

    /// Requests that ended, well or not.
    package var requests = 0

    /// Of these, how many failed, by kind.
    package var failures: [FailureKind: Int] = [:]

    /// How often requests were sent again because their connection broke before the answer; what came of them is in the
    /// other counts.
    package var repeats = 0

    /// Requests that got no answer, or one of status 500 or more, by the second of the measured time in which they were due.
    package var outages: [Int: Int] = [:]

    /// Answers by status.
    package var statuses: [Int: Int] = [:]

    /// Answers by the rung that they stand on.
    package var rungs = RungCounts()

    /// Bytes of answers' bodies.
    package var bytes = 0

    /// When the last measured answer came, nanoseconds of the monotonic clock; zero when none came.
    package var lastAnswer: UInt64 = 0

    package init() {}

    /// Number of requests that failed.
    package var errors: Int { failures.values.reduce(0, +) }

    /// Number of requests that got no answer, or one of status 500 or more.
    package var unserved: Int { outages.values.reduce(0, +) }

    /// Adds what another worker counted.
    package mutating func merge(_ other: Measurements) {
        latency.merge(other.latency)
        wait.merge(other.wait)
        requests += other.requests
        repeats += other.repeats
        failures.merge(other.failures, uniquingKeysWith: +)
        outages.merge(other.outages, uniquingKeysWith: +)
        statuses.merge(other.statuses, uniquingKeysWith: +)
        rungs.merge(other.rungs)
        bytes += other.bytes
        lastAnswer = max(lastAnswer, other.lastAnswer)
    }
}
