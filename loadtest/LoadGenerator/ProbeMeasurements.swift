package import Metrics

/// What a freshness probe counted.
package struct ProbeMeasurements: Sendable {
    /// Nanoseconds from when an event was due to the first answer that shows it; and for those given up, the time until
    /// then, lest the worst be missing from the percentiles.
    package var latency = Histogram()

    /// Events that were due in the measured time.
    package var events = 0
    /// Of these: shown by an answer in time.
    package var shown = 0
    /// Not shown in time.
    package var lost = 0
    /// Not taken by the server or the log.
    package var refused = 0

    /// Questions asked, in the whole run, and those without an answer or with one of status 400 or more.
    package var questions = 0
    package var failedQuestions = 0

    /// Answers by the rung that they stand on.
    package var rungs = RungCounts()

    package init() {}
}
