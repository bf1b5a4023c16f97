import Catalogue
import Checkpoint
package import Contracts
package import Domain
package import EventLog
package import Logging
package import Metrics
import Synchronization

/// A copy of the catalogue and its statistics in the memory of a process that does not own them: the compacted topic
/// item-features, read from its start and followed.
///
/// The copy is complete, see ``isCaughtUp``, once everything that the topic held at the start has been taken in; until
/// then the catalogue is empty. From then on each delivery of the log is one new snapshot, which costs copies of the
/// chunks that it touches. Rows may come in any order; a number that is not yet told belongs to a row of nothing that is
/// never available. What cannot be read, or was not written by an owner of the catalogue (see `PartitionClaim`), is counted
/// and passed over. Codes of categories are this process's own.
///
///     let catalogue = CatalogueFollower(configuration, log: log, logger: logger, metrics: metrics)
///     catalogue.onChange { [host] changed, snapshot in host.follow(snapshot, changed: changed) }
///     // ready when catalogue.isCaughtUp; at the end, before the log is closed
///     catalogue.close()
package final class CatalogueFollower: ItemCatalogue {
    private let core: FollowerCore
    private let log: any EventLog
    private let configuration: CatalogueFollowerConfiguration
    private let worker: PeriodicWorker
    private let reader: TopicReader

    /// Begins to follow and returns at once. A log that cannot be reached is tried again until it is, with a warning.
    package init(
        _ configuration: CatalogueFollowerConfiguration, log: any EventLog, logger: Logger, metrics: MetricRegistry
    ) {
        let core = FollowerCore(
            maximumItems: configuration.maximumItems,
            metrics: CatalogueFollowerMetrics(metrics, role: configuration.role))
        let worker = PeriodicWorker(intervalMilliseconds: configuration.popularInterval) { [weak core] in
            core?.refreshPopular()
            return true
        }
        self.core = core
        self.log = log
        self.configuration = configuration
        self.worker = worker
        reader = TopicReader(
            log: log, topic: configuration.topics.itemFeatures, retryInterval: configuration.retryInterval,
            logger: logger,
            deliver: { records, lane in
                core.apply(records, lane: lane)
                worker.request()
            },
            onCaughtUp: { core.endLoading(at: $0) })
        registerMetrics(metrics)
    }

    deinit {
        reader.stop()
        worker.stop()
    }

    /// Ends the following; the copy stays as it is. Before the log is closed.
    package func close() {
        reader.stop()
        core.gate.close()
        worker.stop()
    }

    /// Whether the copy has everything that the topic held when it began to follow: when a role may be ready.
    package var isCaughtUp: Bool { core.isLoaded }

    /// The owner's newest word on what of the other topics is in the rows that it has published, as it wrote it; nil while
    /// there is none.
    package var positionMarker: [UInt8]? { core.positionMarker }

    package func snapshot() -> CatalogueSnapshot { core.snapshot() }

    package func number(of id: String) -> ItemNumber? { core.numbers.number(of: id) }

    /// Has a listener called after each change of the catalogue from now on, with the numbers of the items that were
    /// added, changed, hidden or deleted, and the snapshot that shows it. The first change is all that the topic held at
    /// the start, unless that is there already.
    ///
    /// Called on the log's thread, in order, after the snapshot is published and before ``catchUp()`` returns; it must not
    /// wait for the log. Changes of statistics are not told.
    /// - Returns: the snapshot before the first change that is told.
    @discardableResult
    package func onChange(
        _ listener: @escaping @Sendable (_ changed: [ItemNumber], CatalogueSnapshot) -> Void
    ) -> CatalogueSnapshot {
        core.addListener(listener)
    }

    /// Blocks until what was published before the call is known and listeners have been told of it; for
    /// ``CatalogueFollowerConfiguration/catchUpTimeout`` at most, or not at all when the log does not answer.
    package func catchUp() {
        guard let ends = try? log.endPositions(topic: configuration.topics.itemFeatures) else { return }
        core.gate.wait(for: ends, milliseconds: configuration.catchUpTimeout)
    }

    /// As ``catchUp()``, without blocking the caller: for loops and tasks.
    package func caughtUp() async {
        try? await worker.perform { [self] in catchUp() }
    }

    /// Makes the list of popular items anew now, if statistics have changed.
    package func refreshPopular() { core.refreshPopular() }

    private func registerMetrics(_ metrics: MetricRegistry) {
        let labels: KeyValuePairs<String, String> = ["role": configuration.role]
        metrics.computedGauge(
            "cascade_catalogue_items", help: "Rows in a role's copy of the catalogue, deleted ones included, by role.",
            labels: labels
        ) { [weak core] in Double(core?.snapshot().rows.count ?? 0) }
        metrics.computedGauge(
            "cascade_catalogue_caught_up", help: "1 once a role's copy of the catalogue is complete, by role.",
            labels: labels
        ) { [weak core] in core?.isLoaded == true ? 1 : 0 }
        for lane in 0..<log.lanes {
            metrics.consumerLag(log, configuration.topics.itemFeatures, lane: lane, role: configuration.role) {
                [weak core] in core?.gate.positions[lane]
            }
        }
    }
}
