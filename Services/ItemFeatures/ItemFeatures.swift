import Catalogue
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
/// Over Kafka (``ItemFeaturesConfiguration/publication``) it is the only owner of the catalogue, and what it knows goes
/// out on the compacted topic item-features, from which others make their copy: rows that changed at once, statistics once
/// a second, each with the places in the other topics that it holds. That topic is the truth of which numbers are taken:
/// a start adopts from it what the checkpoint does not know, all of it when there is none. There an event counts once as
/// long as its repetition is near, see ``ItemFeaturesConfiguration/Publication/eventWindow``; and changes of the catalogue
/// that cannot be read go to the dead-letter topic.
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
    /// Only over Kafka, as the watch of the owner.
    private let publisher: RowPublisher?
    private let owner: CatalogueOwner?
    private let watch: PeriodicWorker?
    private let subscription: LogSubscription

    /// Loads the checkpoint and takes in what the log has on the catalogue since. Events come by an `EventFeed`. Over Kafka it
    /// becomes the owner of the catalogue.
    /// - Parameter onStop: called once, on a thread of its own, when another process has become the owner: nothing is taken
    ///   in, accepted or written any more, and the process should end with an error.
    /// - Throws: `CheckpointError` when `items.sqlite` cannot be used, `LogError` when the log cannot be read.
    package init(
        _ configuration: ItemFeaturesConfiguration, log: any EventLog, logger: Logger, metrics: MetricRegistry,
        now: @escaping @Sendable () -> Int64 = Logger.wallClock,
        onStop: @escaping @Sendable (ItemFeaturesError) -> Void = { _ in }
    ) throws {
        let core = try ItemFeaturesCore(
            configuration, lanes: log.lanes, metrics: ItemFeaturesMetrics(metrics), logger: logger)
        let owner = configuration.publication.map {
            CatalogueOwner(configuration.topics.itemFeatures, log: log, instance: $0.instance)
        }
        if let owner { try core.adopt(from: log) { try owner.claim(timestamp: now()) } }
        let worker = PeriodicWorker(intervalMilliseconds: configuration.checkpointInterval) {
            [weak core] in
            guard let core, owner?.stopReason == nil else { return true }
            core.refreshPopular()
            return core.checkpoint()
        }
        let publisher = owner.map { owner in
            RowPublisher(
                core: core, log: log, owner: owner, interval: configuration.publication?.statisticsInterval ?? 0,
                now: now
            ) { worker.request() }
        }
        publisher?.start()
        let watch = publisher.map {
            Self.watch($0, core, every: configuration.publication?.ownerCheckInterval ?? 0, onStop)
        }
        self.core = core
        self.worker = worker
        self.publisher = publisher
        self.owner = owner
        self.watch = watch
        self.log = log
        self.now = now
        topic = configuration.topics.itemUpdates
        do {
            subscription = try Self.subscribe(core, log, topic) {
                worker.request()
                publisher?.wake()
            }
        } catch {
            watch?.stop()
            publisher?.stop()
            worker.stop()
            throw error
        }
        registerMetrics(metrics)
    }

    deinit { abandon() }

    /// Why it has stopped, nil while it has not.
    package var stopReason: ItemFeaturesError? { owner?.stopReason }

    /// Ends the subscription and writes a last checkpoint. The feed of events must have been closed before. What is not
    /// published then is after the next start. One that was taken over writes nothing.
    package func close() {
        abandon()
        core.updateGate.close()
        guard stopReason == nil else { return }
        core.refreshPopular()
        _ = core.checkpoint()
    }

    /// Ends without writing anything more, as a kill would: when it returns, no thread of it writes the checkpoint's file.
    package func abandon() {
        subscription.cancel()
        watch?.stop()
        publisher?.stop()
        worker.stop()
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
    /// told; over Kafka their rows are published. Items that are as they were leave no trace in the log.
    /// - Throws: ``ItemRejection`` for an item that cannot be stored, before anything is; `LogError`. One that is transient
    ///   may come after the items were stored: it says so, and doing the same again is right.
    package func put(_ items: [Item]) async throws {
        if let stopReason { throw stopReason }
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
        if !records.isEmpty { try await append(records) } else { try await awaitPublication(of: core.updates) }
    }

    /// Deletes an item for good; its number stays taken. When it returns, that is durable, and no snapshot from now on
    /// shows it.
    /// - Returns: false when the catalogue does not have it.
    package func delete(_ id: String) async throws -> Bool {
        if let stopReason { throw stopReason }
        let snapshot = core.snapshot()
        guard let number = core.numbers.number(of: id), Int(number) < snapshot.rows.count,
            snapshot.rows[Int(number)].availability != .deleted
        else { return false }
        try await append([NewRecord(topic: topic, key: id, value: [], timestamp: now())])
        return true
    }

    /// Over Kafka: blocks until the changes of the catalogue that the log holds are in effect, for
    /// ``ItemFeaturesConfiguration/Publication/catchUpTimeout`` at most.
    package func catchUp() {
        guard let timeout = core.configuration.publication?.catchUpTimeout,
            let ends = try? log.endPositions(topic: topic)
        else { return }
        core.updateGate.wait(for: ends, milliseconds: timeout)
    }

    package func eventPosition(lane: Int) -> LogPosition { core.events[lane] }

    package func replayPosition(lane: Int) -> LogPosition { core.replayPosition(lane: lane) }

    /// The last change of the catalogue that is in effect, in the only lane of the embedded log.
    package var updatePosition: LogPosition { core.updates[0] }

    package func consume(_ batch: EventBatch) {
        guard stopReason == nil else { return }
        if publisher != nil, core.namesUnknownItems(batch) { catchUp() }
        core.apply(batch)
        worker.request()
        publisher?.wake()
    }

    /// Makes the list of popular items anew, publishes what is still to be, and writes a checkpoint, now. For the end of an
    /// import.
    /// - Returns: whether all could be written.
    @discardableResult
    package func flush() async throws -> Bool {
        let core = core
        if let publisher, let timeout = core.configuration.publication?.timeout {
            guard await publisher.published(updates: core.updates, events: core.events, within: timeout) else {
                return false
            }
        }
        return try await worker.perform {
            core.refreshPopular()
            return core.checkpoint()
        }
    }

    /// Records from which on an append is one for imports.
    private static let bulk = 1_000
}

extension ItemFeatures {
    /// Looks again and again whether this process is still the owner.
    private static func watch(
        _ publisher: RowPublisher, _ core: ItemFeaturesCore, every milliseconds: Int,
        _ onStop: @escaping @Sendable (ItemFeaturesError) -> Void
    ) -> PeriodicWorker {
        let worker = PeriodicWorker(intervalMilliseconds: milliseconds) { [weak core, weak publisher] in
            guard let core, let publisher else { return true }
            do {
                let writes = try publisher.owner.foreignWrites()
                core.metrics.strangers.add(UInt64(writes.strangers))
                if !writes.keys.isEmpty {
                    core.publishAgain(writes.keys)
                    publisher.wake()
                }
                return false
            } catch let error as ItemFeaturesError {
                publisher.stop()
                core.logger.error("item-features stops", ["error": "\(error)"])
                onStop(error)
                return true
            } catch {
                // The log is out of reach: nobody can take anything over either.
                return false
            }
        }
        worker.request()
        return worker
    }

    private static func subscribe(
        _ core: ItemFeaturesCore, _ log: any EventLog, _ topic: String, _ onRecords: @escaping @Sendable () -> Void
    ) throws -> LogSubscription {
        let isOfKafka = core.configuration.publication != nil
        let ends = isOfKafka ? try log.endPositions(topic: topic) : LogPositions()
        var start = core.updates
        for lane in 0..<log.lanes { start[lane] = start[lane] }
        let subscription = try log.subscribe(topic: topic, after: start) { records in
            guard let first = records.first else { return }
            core.apply(records, lane: log.lane(of: first.partition))
            onRecords()
        }
        // The last records of a lane may be gone: its end is behind them.
        if isOfKafka { core.reach(ends) }
        return subscription
    }

    /// Appends changes of the catalogue and waits until they are in effect, here and for those who follow.
    private func append(_ records: [NewRecord]) async throws {
        let outcomes = records.count > Self.bulk ? try await log.appendBulk(records) : try await log.append(records)
        guard publisher != nil else { return }
        var ends = LogPositions()
        for case .appended(let partition, let offset) in outcomes {
            let lane = log.lane(of: partition)
            ends[lane] = max(ends[lane], LogPosition(rawValue: UInt64(offset) + 1))
        }
        try await awaitPublication(of: ends)
    }

    private func awaitPublication(of updates: LogPositions) async throws(LogError) {
        guard let publisher, let timeout = core.configuration.publication?.timeout else { return }
        guard await publisher.published(updates: updates, within: timeout) else {
            throw LogError(
                .unavailable,
                "the change is stored, but was not published within \(timeout) ms: it will be once Kafka answers; "
                    + "send it again to know when")
        }
    }

    private func registerMetrics(_ metrics: MetricRegistry) {
        metrics.computedGauge("cascade_items", help: "Items that may be recommended or were, deleted ones included.") {
            [weak core] in Double(core?.snapshot().rows.count ?? 0)
        }
        let topics = core.configuration.topics
        for lane in 0..<log.lanes {
            metrics.consumerLag(log, topics.itemUpdates, lane: lane, role: "item-features") {
                [weak core] in core?.updates[lane]
            }
            metrics.consumerLag(log, topics.userEvents, lane: lane, role: "item-features") {
                [weak core] in core?.events[lane]
            }
        }
    }
}
