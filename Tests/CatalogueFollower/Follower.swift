import CatalogueFollower
import Contracts
import Domain
import EventLog
import Logging
import Metrics
import TestSupport
import Testing

/// A follower of the catalogue with its metrics.
final class Follower: Sendable {
    let catalogue: CatalogueFollower
    let metrics = MetricRegistry()

    /// One that may not have read what is there.
    init(
        unready log: any EventLog, topics: Topics = Topics(), maximumItems: ItemNumber = 1_000_000,
        catchUpTimeout: Int = 60_000
    ) {
        var configuration = CatalogueFollowerConfiguration(
            topics: topics, role: "test", popularInterval: 1, catchUpTimeout: catchUpTimeout)
        configuration.maximumItems = maximumItems
        catalogue = CatalogueFollower(configuration, log: log, logger: Logger(sink: Silence()), metrics: metrics)
    }

    /// One that has read what is there.
    convenience init(
        _ log: any EventLog, topics: Topics = Topics(), maximumItems: ItemNumber = 1_000_000,
        catchUpTimeout: Int = 60_000
    ) async {
        self.init(unready: log, topics: topics, maximumItems: maximumItems, catchUpTimeout: catchUpTimeout)
        await eventually { catalogue.isCaughtUp }
    }

    deinit { catalogue.close() }
}

/// Whether two processes know the same: rows, statistics, facts and lists, each category by its name.
func expectEqual(
    _ one: any ItemCatalogue, _ other: any ItemCatalogue,
    _ comment: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    let (a, b) = (one.snapshot(), other.snapshot())
    #expect(a.rows.count == b.rows.count, comment, sourceLocation: sourceLocation)
    guard a.rows.count == b.rows.count else { return }
    #expect(a.latest == b.latest, comment, sourceLocation: sourceLocation)
    #expect(a.statistics.now == b.statistics.now, comment, sourceLocation: sourceLocation)
    let (mine, its) = (names(a), names(b))
    for index in 0..<a.rows.count {
        let (left, right) = (a.rows[index], b.rows[index])
        #expect(
            left.item == right.item && left.availability == right.availability
                && left.answerFragment == right.answerFragment, comment, sourceLocation: sourceLocation)
        #expect(
            left.categories.map { mine[$0] } == right.categories.map { its[$0] }, comment,
            sourceLocation: sourceLocation)
        #expect(a.facts[index] == b.facts[index], comment, sourceLocation: sourceLocation)
        let number = ItemNumber(index)
        #expect(one.number(of: left.item.id) == other.number(of: left.item.id), comment, sourceLocation: sourceLocation)
        #expect(
            a.statistics[number] == b.statistics[number],
            "item \(index): \(a.statistics[number]) \(b.statistics[number])", sourceLocation: sourceLocation)
    }
}

private func names(_ snapshot: CatalogueSnapshot) -> [CategoryCode: String] {
    Dictionary(uniqueKeysWithValues: snapshot.categoryCodes.map { ($0.value, $0.key) })
}
