package import Metrics

/// What one shard of the gateway counts; merged when metrics are read.
package final class GatewayCounters: Sendable {
    /// Recommendations answered together, by batch.
    package let batchSizes = HistogramMetric()
    /// From the arrival of a request to its answer, nanoseconds.
    package let latency = HistogramMetric()
    package let eventsAccepted = Counter()
    package let eventsDuplicate = Counter()
    package let eventsRejected = Counter()
    private let fresh = Counter()
    private let popular = Counter()

    package init() {}

    func answers(_ rung: AnswerBatch.Rung) -> Counter {
        switch rung {
        case .fresh: fresh
        case .popular: popular
        }
    }

    /// Answers by rung, for the metrics.
    package var answersByRung: [(rung: String, counter: Counter)] {
        [(AnswerBatch.Rung.fresh.rawValue, fresh), (AnswerBatch.Rung.popular.rawValue, popular)]
    }
}
