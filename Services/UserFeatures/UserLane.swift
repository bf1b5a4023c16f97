import Checkpoint
import Contracts
import Domain
import EventLog
import Logging
import Metrics
import Synchronization

/// The users of one partition where the log is Kafka: their states, folded from the partition's lane of events, with a
/// checkpoint in `users-<partition>.sqlite` and every row in the changelog.
///
/// A checkpoint goes in this order: what the events before it caused elsewhere (forwarded records, dead letters) is in the
/// log; the changed rows and the place that they cover are in the changelog; then both are in the file, in one
/// transaction. A kill in between leaves file and changelog behind memory, never ahead of what they depend on, and the next
/// start does the same again from the file's place, with the same result.
///
/// Locks, in the order in which they are taken: `progress` (the consumer's thread while it applies a batch, the
/// checkpoint's while it takes what is unsaved), a stripe of the table, the outbox's.
final class UserLane: Sendable {
    private struct Progress: Sendable {
        var place: LanePlace
        /// Whether it has moved since the last checkpoint.
        var hasMoved: Bool
        /// What the outbox must have written before a checkpoint may cover the place.
        var mark: UInt64 = 0
    }

    let partition: UserPartition
    let table: UserTable
    let store: UserStore
    let shared: ReplicaShared
    private let changelog: Changelog
    private let progress: Mutex<Progress>

    /// - Parameter place: what the table's states are of.
    init(
        partition: UserPartition, table: UserTable, place: LanePlace, store: UserStore, changelog: Changelog,
        shared: ReplicaShared
    ) {
        self.partition = partition
        self.table = table
        self.store = store
        self.changelog = changelog
        self.shared = shared
        progress = Mutex(Progress(place: place, hasMoved: true))
    }

    var position: LogPosition { progress.withLock { $0.place.position } }

    /// Takes events in. Calls must not overlap.
    func apply(_ batch: EventBatch) {
        progress.withLock { progress in
            var fold = UserFold(lane: self, batch: batch, after: progress.place)
            fold.run()
            if !fold.outgoing.isEmpty { progress.mark = shared.outbox.add(fold.outgoing) }
            progress.place = fold.place
            progress.hasMoved = true
        }
    }

    /// Writes what changed since the last time; on failure it stays unsaved and the position stays behind. Calls must not
    /// overlap. Blocks.
    /// - Returns: whether all is saved.
    func checkpoint() -> Bool {
        do {
            try save()
            return true
        } catch {
            shared.metrics.users.checkpoint.failures.add()
            shared.failures.report(error, path: store.path)
            return false
        }
    }

    /// Looks whether the partition is still this process's.
    /// - Throws: ``UserFeaturesError`` when another has taken it over.
    func checkOwner() throws {
        let foreign = try changelog.foreignWrites()
        for user in foreign.users { table.touch(user) }
        if foreign.place || !foreign.users.isEmpty { progress.withLock { $0.hasMoved = true } }
    }

    private func save() throws {
        let start = ContinuousClock.now
        let taken = progress.withLock { progress -> (UserChanges, LanePlace, UInt64)? in
            guard progress.hasMoved else { return nil }
            progress.hasMoved = false
            return (table.takeChanges(), progress.place, progress.mark)
        }
        guard let (changes, place, mark) = taken else { return }
        var isPublished = false
        do {
            try shared.outbox.wait(for: mark)
            try changelog.publish(changes, place: place)
            isPublished = true
            try store.save(changes, place: place)
        } catch {
            table.giveBack(changes, isPublished: isPublished)
            progress.withLock { $0.hasMoved = true }
            throw error
        }
        shared.metrics.users.checkpoint.record(rows: changes.rows.count + changes.erased.count, since: start)
    }
}
