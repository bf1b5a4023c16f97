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
    private let fresh: Counter
    private let popular: Counter

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
        func answers(_ rung: AnswerBatch.Rung) -> Counter {
            registry.counter(
                "cascade_answers_total", help: "Answers of GET /recommend by the rung that they stand on.",
                labels: ["rung": rung.rawValue])
        }
        fresh = answers(.fresh)
        popular = answers(.popular)
    }

    func answers(_ rung: AnswerBatch.Rung) -> Counter {
        switch rung {
        case .fresh: fresh
        case .popular: popular
        }
    }
}
