package import EventLog
import JSON
import Synchronization

/// Gives all events of the log to those who fold them, in order, each decoded once however many they are.
///
/// Consumers start where each left off: what is before a consumer's own position is passed over by it.
package final class EventFeed: Sendable {
    /// How many records a batch of the catch-up has: enough to make publishing cheap, little enough to stay in the cache.
    static let batchLength = 1024

    private let subscription: LogSubscription

    /// Brings the consumers up to date and then gives them what comes as it happens, on the log's thread. They are given
    /// each batch in the order of the list.
    ///
    /// The embedded log is read on the calling thread, and every commit is delivered before the append that caused it
    /// returns. Of a log that does not check what it is given, batches hold the records too, for what is to be forwarded
    /// or is a dead letter.
    /// - Parameter lanes: the lanes of the log that are followed, all of them unless named: by one subscription.
    /// - Throws: `LogError` when the log cannot be read.
    package init(log: any EventLog, topic: String, lanes: [Int]? = nil, consumers: [any EventConsumer]) throws {
        let decoder = EventBatchDecoder(log)
        let deliver: @Sendable (EventBatch) -> Void = { batch in
            for consumer in consumers { consumer.consume(batch) }
        }
        var positions = LogPositions()
        for lane in lanes ?? Array(0..<log.lanes) {
            let reached = consumers.map { $0.replayPosition(lane: lane) }.min() ?? .start
            positions[lane] =
                log.isDeduplicating
                ? try decoder.replay(log, topic: topic, lane: lane, after: reached, deliver) : reached
        }
        subscription = try log.subscribe(topic: topic, after: positions) { records in
            guard let first = records.first else { return }
            deliver(decoder.batch(of: records, lane: log.lane(of: first.partition)))
        }
    }

    deinit { subscription.cancel() }

    /// Ends the feed: no delivery begins after this returns.
    package func close() { subscription.cancel() }
}
