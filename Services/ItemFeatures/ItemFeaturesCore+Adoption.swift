import Catalogue
import Checkpoint
import Contracts
import Domain
import EventLog
import Logging
import Messages
import Metrics
import Synchronization

/// Taking in what item-features knows and the checkpoint does not: all of it when there is no checkpoint, else what was
/// published after it. The topic, not the file, is the truth of which numbers are taken.
///
/// What no owner of the catalogue wrote (see `PartitionClaim`) is counted and passed over, and the row that it stands in front of
/// goes out again. Compaction may have removed that: without a checkpoint the item is then read anew from item-updates; it gets
/// another number and begins without statistics.
extension ItemFeaturesCore {
    /// What is found while reading.
    private struct Finding: Sendable {
        var marker: PositionMarker?
        var isNewer = false
        var rows = 0
        /// Items in front of whose row there is a stranger's record, or was when it was read.
        var hidden: Set<String> = []
        var strangers = 0
    }

    /// Checks that the checkpoint's places are in the log, and adopts the rows that it does not know. Before anything is
    /// applied. Blocks the calling thread.
    /// - Parameter claim: makes this process the owner, before rows are read: what cannot be used stops no other owner.
    func adopt(from log: any EventLog, claim: () throws -> Void) throws {
        let topics = configuration.topics
        let (updates, events, features, isNew) = state.withLock { state in
            let start = state.publication?.features ?? LogPositions()
            return (state.updates, state.events, start, state.catalogue.rows.count == 0 && state.updates.lanes.isEmpty)
        }
        for (topic, reached, ends) in [
            (topics.itemUpdates, updates, try log.endPositions(topic: topics.itemUpdates)),
            (topics.userEvents, events, try log.endPositions(topic: topics.userEvents)),
            (topics.itemFeatures, features, try log.endPositions(topic: topics.itemFeatures)),
        ] where reached.lanes.contains(where: { reached[$0] > ends[$0] }) {
            throw CheckpointError(ahead: store.path, ofLog: "topic \(topic)")
        }
        try claim()
        let ends = try log.endPositions(topic: topics.itemFeatures)
        let checkpoint = Places(updates: updates, events: events, lanes: lanes)
        let finding = Mutex(Finding())
        var start = features
        for lane in 0..<lanes { start[lane] = features[lane] }
        let subscription = try log.subscribe(topic: topics.itemFeatures, after: start) { [self] records in
            let found = read(records)
            state.withLock { state in
                for (row, places) in found.rows { adopt(row, holding: places, over: checkpoint, into: &state) }
            }
            finding.withLock { finding in
                finding.marker = found.marker ?? finding.marker
                finding.isNewer = finding.isNewer || found.isNewer
                finding.rows += found.rows.count
                finding.hidden.formUnion(found.strangers)
                finding.strangers += found.strangers.count
            }
        }
        subscription.cancel()
        let result = finding.withLock { $0 }
        if result.isNewer { throw CheckpointError(newerFormatIn: topics.itemFeatures) }
        metrics.strangers.add(UInt64(result.strangers))
        guard result.rows > 0 || result.marker != nil else {
            state.withLock { $0.publication?.features = ends }
            return publishAgain(Array(result.hidden))
        }
        finish(at: ends, marker: result.marker, isNew: isNew, hidden: result.hidden)
        logger.info("rows adopted from item-features", ["rows": "\(result.rows)"])
    }

    private func read(
        _ records: [LogRecord]
    ) -> (rows: [(ItemFeaturesRow, Places)], marker: PositionMarker?, isNewer: Bool, strangers: [String]) {
        var rows: [(ItemFeaturesRow, Places)] = []
        var marker: PositionMarker?
        var isNewer = false
        var strangers: [String] = []
        for record in records {
            guard PartitionClaim.writer(of: record.headers) != nil else {
                strangers.append(record.key)
                continue
            }
            if record.value.isEmpty { continue }
            if record.key == ChangelogKey.position {
                marker = PositionMarker(record.value) ?? marker
                continue
            }
            if ChangelogKey.isReserved(record.key) { continue }
            do {
                let row = try record.value.withUnsafeBytes { try ItemRowMessage.decode($0) }
                guard row.item.id == record.key, !row.item.id.isEmpty else {
                    metrics.unreadableRows.add()
                    continue
                }
                rows.append((row, Places(record.headers) ?? Places()))
            } catch {
                metrics.unreadableRows.add()
                isNewer = isNewer || (error as? MessageError)?.code == .newerFormat
            }
        }
        return (rows, marker, isNewer, strangers)
    }

    /// Takes a row in as far as it is newer than the checkpoint: it may have been on its way when that was written.
    private func adopt(
        _ row: ItemFeaturesRow, holding places: Places, over checkpoint: Places, into state: inout State
    ) {
        let known = numbers.number(of: row.item.id)
        if let known {
            guard known == row.number else { return metrics.conflictingRows.add() }
        } else {
            let isFree = Int(row.number) >= state.catalogue.rows.count || state.catalogue.isVacant(row.number)
            guard isFree, numbers.insert(row.item.id, .init(number: row.number, introduced: 0)) else {
                return metrics.conflictingRows.add()
            }
        }
        if known == nil || Places.holds(places.updates, checkpoint.updates) {
            _ = state.catalogue.put(row.item, number: row.number, availability: row.availability)
        }
        if known == nil || Places.holds(places.events, checkpoint.events) {
            _ = state.catalogue.set(row.counters, for: row.number, now: state.catalogue.statistics.now)
            state.unsavedCounters.insert(row.number)
        }
        if places.holds(checkpoint) { state.coverage.set(places, now: row.now, for: row.number) }
    }

    private func finish(at ends: LogPositions, marker: PositionMarker?, isNew: Bool, hidden: Set<String>) {
        let isAnyLost = hidden.contains { !ChangelogKey.isReserved($0) && numbers.number(of: $0) == nil }
        state.withLock { state in
            if let marker {
                state.catalogue.reserve(Int(marker.nextNumber))
                if isNew {
                    if !isAnyLost { state.updates = Places.positions(marker.places.updates) }
                    state.events = Places.positions(marker.places.events)
                    state.catalogue.advance(to: marker.now)
                }
            }
            for number in state.catalogue.takeAll() { state.unsavedRows.insert(number) }
            state.publication?.features = ends
            let reached = places(of: state)
            if let now = state.coverage.trim(to: reached) { state.catalogue.advance(to: now) }
            state.hasMoved = true
            publishSnapshot(of: state)
            updateGate.advance(to: state.updates)
        }
        publishAgain(Array(hidden))
    }
}
