package import Metrics

/// What one shard of the gateway counts; shards have instances of their own, a scrape adds them up.
package final class GatewayCounters: Sendable {
    /// Recommendations answered together, by batch.
    let batchSizes: HistogramMetric
    /// From the arrival of a recommendation's request to its answer, nanoseconds.
    let latency: HistogramMetric
    let eventsAccepted: Counter
    let eventsDuplicate: Counter
    let eventsRejected: Counter
    let eventsQueued: Counter
    let cacheHits: Counter
    let cacheMisses: Counter
    let cacheBypassed: Counter
    /// Requests that had waited for too long before anything was begun.
    let tooLate: Counter
    /// Requests whose stages did not keep to their deadlines.
    let overdue: Counter
    private let answers: [Counter]
    private let failures: [[Counter]]

    package init(_ registry: MetricRegistry) {
        batchSizes = registry.histogram(
            "cascade_batch_size", help: "Recommendations answered together.", scale: .counts)
        latency = registry.histogram(
            "cascade_recommend_seconds", help: "Time from the arrival of GET /recommend to its answer.")
        func events(_ outcome: String) -> Counter {
            registry.counter(
                "cascade_events_total", help: "Events of POST /events by what became of them.",
                labels: ["outcome": outcome])
        }
        eventsAccepted = events("accepted")
        eventsDuplicate = events("duplicate")
        eventsRejected = events("rejected")
        eventsQueued = events("queued")
        func lookups(_ outcome: String) -> Counter {
            registry.counter(
                "cascade_result_cache_total",
                help: "Recommendations by what the result cache had; none is counted where there is no cache.",
                labels: ["outcome": outcome])
        }
        cacheHits = lookups("hit")
        cacheMisses = lookups("miss")
        cacheBypassed = lookups("bypass")
        func misses(_ what: String) -> Counter {
            registry.counter(
                "cascade_deadline_misses_total",
                help:
                    "Requests answered at once because their time was over: before they were begun, or within a stage.",
                labels: ["what": what])
        }
        tooLate = misses("waited")
        overdue = misses("stage")
        answers = Rung.allCases.map { rung in
            registry.counter(
                "cascade_answers_total", help: "Answers of GET /recommend by the rung that they stand on.",
                labels: ["rung": rung.name])
        }
        failures = Stage.allCases.map { stage in
            StageFailure.Cause.allCases.map { cause in
                registry.counter(
                    "cascade_stage_failures_total", help: "Batches for which a stage did not answer, by cause.",
                    labels: ["stage": stage.name, "cause": cause.name])
            }
        }
    }

    func answers(_ rung: Rung) -> Counter { answers[rung.rawValue] }

    func failures(_ failure: StageFailure) -> Counter {
        failures[failure.stage.rawValue][failure.cause.rawValue]
    }
}
