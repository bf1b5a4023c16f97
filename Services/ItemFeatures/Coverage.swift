import Domain
import EventLog

/// What rows that were adopted from item-features hold beyond the place that everything else goes on from: it must not
/// be applied to them again.
struct Coverage: Sendable {
    private var places: [Places] = []
    private var indices: [Places: Int] = [:]
    private var rows: [ItemNumber: Int] = [:]
    /// The latest place of each lane that a row holds.
    private(set) var latest = Places()
    /// The latest time of the stream that a row was written at. Until the events between are applied, the stream's time is
    /// that of what everything else holds: they count as of their own.
    private var now: Int64 = 0

    /// Whether no row is ahead: a checkpoint, which has one place for all rows, would be right.
    var isEmpty: Bool { rows.isEmpty }

    /// Notes what a row holds. O(lanes).
    mutating func set(_ held: Places, now moment: Int64, for number: ItemNumber) {
        now = max(now, moment)
        if let index = indices[held] {
            rows[number] = index
        } else {
            indices[held] = places.count
            rows[number] = places.count
            places.append(held)
            latest = latest.merged(with: held)
        }
    }

    /// Whether an item's counters hold the event of a lane's place. O(1).
    func holds(event position: LogPosition, lane: Int, of number: ItemNumber) -> Bool {
        guard !rows.isEmpty, let held = rows[number].map({ places[$0].events }), lane < held.count else { return false }
        return held[lane] >= position.rawValue
    }

    /// Whether an item's row holds the update of a lane's place, or a later one. O(1).
    func holds(update position: LogPosition, lane: Int, of number: ItemNumber) -> Bool {
        guard !rows.isEmpty, let held = rows[number].map({ places[$0].updates }), lane < held.count else {
            return false
        }
        return held[lane] >= position.rawValue
    }

    /// What a row that is written now holds, when everything else holds `reached`.
    func merged(_ reached: Places, for number: ItemNumber) -> Places {
        rows[number].map { reached.merged(with: places[$0]) } ?? reached
    }

    /// Forgets all rows once everything has come as far as they have.
    /// - Returns: the stream's time that it then is, at least; nil while a row is ahead.
    mutating func forget(reaching reached: Places) -> Int64? {
        guard reached.holds(latest) else { return nil }
        defer { self = Coverage() }
        return now
    }

    /// Forgets each row that holds nothing beyond some places. O(rows).
    /// - Returns: the stream's time that it then is, at least, when none is left.
    mutating func trim(to reached: Places) -> Int64? {
        let isAhead = places.map { !reached.holds($0) }
        rows = rows.filter { isAhead[$0.value] }
        guard rows.isEmpty else { return nil }
        defer { self = Coverage() }
        return now
    }
}
