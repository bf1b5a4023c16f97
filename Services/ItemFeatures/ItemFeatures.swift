import Checkpoint
package import Contracts
package import Domain
package import EventLog
package import Logging
package import Metrics

/// The role *item-features*: the catalogue and the statistics of its items, folded from the log.
///
/// Memory holds the state, the log is the truth, `items.sqlite` a checkpoint: changed rows, each once, and the positions
/// that they belong to, in one transaction on a thread of its own. A start loads it and replays the rest of the log, and
/// comes to the very state, bit for bit, that an uninterrupted run would have.
///
/// Every batch that the log delivers is published as a new ``CatalogueSnapshot`` before the append that caused it
/// returns; an event costs copies of the chunks of statistics that it touches, nothing else. The list of popular items is
/// made anew on the checkpoint's thread: while events come it is one checkpoint interval old at most, or four times as
/// old as making it takes. Items that come, change or go are in both lists, or out of them, at once.
///
/// An item's number is assigned when the log first names it, and never again to another. Events count for items that
/// the catalogue had at their place in the log; those of others are dropped and counted.
///
///     let items = try ItemFeatures(configuration, log: log, logger: logger, metrics: metrics)
///     let users = try await UserFeatures.open(…, catalogue: items)
///     let feed = try EventFeed(log: log, topic: topics.userEvents, consumers: [items, users])
///     // at the end, in this order
///     feed.close()
///     users.close()
///     items.close()
package final class ItemFeatures: ItemFeaturesService, EventConsumer {
    private let core: ItemFeaturesCore
    private let log: any EventLog
    private let topic: String
    private let now: @Sendable () -> Int64
    private let worker: PeriodicWorker
    private let subscription: LogSubscription

    /// Loads the checkpoint and takes in what the log has on the catalogue since. Events come by an `EventFeed`.
    /// - Throws: `CheckpointError` when `items.sqlite` cannot be used, `LogError` when the log cannot be read.
    package init(
        _ configuration: ItemFeaturesConfiguration, log: any EventLog, logger: Logger, metrics: MetricRegistry,
        now: @escaping @Sendable () -> Int64 = Logger.wallClock
    ) throws {
        let core = try ItemFeaturesCore(
            store: ItemStore(path: configuration.path, maximumFileBytes: configuration.maximumFileBytes),
            weights: configuration.weights,
            metrics: ItemFeaturesMetrics(metrics), logger: logger)
        let worker = PeriodicWorker(intervalMilliseconds: configuration.checkpointInterval) {
            [weak core] in
            guard let core else { return true }
            core.refreshPopular()
            return core.checkpoint()
        }
        self.core = core
        self.worker = worker
        self.log = log
        self.now = now
        topic = configuration.topics.itemUpdates
        subscription = try log.subscribe(topic: topic, after: LogPositions(core.updatePosition)) { records in
            core.apply(records)
            worker.request()
        }
        metrics.computedGauge("cascade_items", help: "Items that may be recommended or were, deleted ones included.") {
            [weak core] in Double(core?.snapshot().rows.count ?? 0)
        }
        metrics.consumerLag(log, topic, role: "item-features") { [weak core] in core?.updatePosition }
        metrics.consumerLag(log, configuration.topics.userEvents, role: "item-features") { [weak core] in
            core?.eventPosition
        }
    }

    deinit {
        subscription.cancel()
        worker.stop()
    }

    /// Ends the subscription and writes a last checkpoint. The feed of events must have been closed before.
    package func close() {
        subscription.cancel()
        worker.stop()
        core.refreshPopular()
        _ = core.checkpoint()
    }

    package func snapshot() -> CatalogueSnapshot { core.snapshot() }

    package func number(of id: String) -> ItemNumber? { core.numbers.number(of: id) }

    package func number(of id: String, at position: LogPosition) -> ItemNumber? {
        core.numbers.number(of: id, at: Int64(clamping: position.rawValue))
    }

    /// Has a listener called after each change of the catalogue from now on, with the numbers of the items that were
    /// added, changed, hidden or deleted, and the snapshot that shows it.
    ///
    /// Called on the log's thread, in order, after the snapshot is published and before ``put(_:)`` or ``delete(_:)``
    /// return; it must not wait for the log. Changes of statistics are not told.
    /// - Returns: the snapshot before the first change that is told.
    @discardableResult
    package func onChange(
        _ listener: @escaping @Sendable (_ changed: [ItemNumber], CatalogueSnapshot) -> Void
    ) -> CatalogueSnapshot {
        core.addListener(listener)
    }

    /// Creates or replaces items. When it returns, they are durable, the snapshot shows them, and listeners have been
    /// told. Items that are as they were leave no trace in the log.
    /// - Throws: ``ItemRejection`` for an item that cannot be stored, before anything is; `LogError`.
    package func put(_ items: [Item]) async throws {
        let snapshot = core.snapshot()
        let changed = items.filter { !core.has($0, in: snapshot) }
        let timestamp = now()
        var encoder = ItemEncoder()
        var records: [NewRecord] = []
        records.reserveCapacity(changed.count)
        for item in changed {
            let bytes = try encoder.bytes(of: item)
            records.append(NewRecord(topic: topic, key: item.id, value: bytes, timestamp: timestamp))
        }
        guard !records.isEmpty else { return }
        if records.count > Self.bulk {
            _ = try await log.appendBulk(records)
        } else {
            _ = try await log.append(records)
        }
    }

    /// Deletes an item for good; its number stays taken. When it returns, that is durable, and no snapshot from now on
    /// shows it.
    /// - Returns: false when the catalogue does not have it.
    package func delete(_ id: String) async throws -> Bool {
        let snapshot = core.snapshot()
        guard let number = core.numbers.number(of: id), Int(number) < snapshot.rows.count,
            snapshot.rows[Int(number)].availability != .deleted
        else { return false }
        _ = try await log.append([NewRecord(topic: topic, key: id, value: [], timestamp: now())])
        return true
    }

    package func eventPosition(lane: Int) -> LogPosition { core.eventPosition }

    /// The last change of the catalogue that is in effect.
    package var updatePosition: LogPosition { core.updatePosition }

    package func consume(_ batch: EventBatch) {
        core.apply(batch)
        worker.request()
    }

    /// Makes the list of popular items anew and writes a checkpoint, now. For the end of an import.
    /// - Returns: whether the checkpoint could be written.
    @discardableResult
    package func flush() async throws -> Bool {
        let core = core
        return try await worker.perform {
            core.refreshPopular()
            return core.checkpoint()
        }
    }

    /// Records from which on an append is one for imports.
    private static let bulk = 1_000
}
