import Contracts
import Domain
import EventLog
import Metrics

/// Takes one batch of a lane into the states of its users.
struct UserFold {
    /// What is to be written elsewhere: forwarded records and dead letters, in the order of the log.
    private(set) var outgoing: [NewRecord] = []
    /// How far the states are, the batch included.
    private(set) var place: LanePlace
    private let lane: UserLane
    private let shared: ReplicaShared
    private let batch: EventBatch
    private let start: LogPosition
    private var hasCaughtUp = false

    /// - Parameter place: what is in the states already.
    init(lane: UserLane, batch: EventBatch, after place: LanePlace) {
        self.lane = lane
        self.batch = batch
        self.place = place
        start = place.position
        shared = lane.shared
    }

    mutating func run() {
        countMissed()
        // By index: a loop over the elements would copy each event.
        for index in batch.entries.indices where batch.entries[index].position > start {
            guard isFirst(batch.entries[index].record) else { continue }
            apply(batch.entries[index].event, index)
        }
        for unreadable in batch.unreadable where unreadable.position > start {
            shared.metrics.users.unreadable.add()
            refuse(unreadable.record, unreadable.reason, unreadable.detail)
        }
        for misplaced in batch.misplaced where batch.records[misplaced.record].position > start {
            forward(batch.records[misplaced.record], misplaced)
        }
        place.position = max(start, batch.end)
    }

    /// Whether a record was not forwarded here before.
    private mutating func isFirst(_ record: Int) -> Bool {
        guard !batch.records[record].headers.isEmpty, let origin = RecordOrigin(batch.records[record].headers),
            origin.partition != lane.partition.number, origin.partition < lane.partition.count
        else { return true }
        guard place.advance(to: origin) else {
            shared.metrics.duplicates.add()
            return false
        }
        return true
    }

    private mutating func apply(_ event: Event, _ index: Int) {
        let position = batch.entries[index].position
        if event.isReserved { return applyReserved(event, index, position) }
        var entries = event.entries(weights: shared.weights, number: shared.catalogue.number(of:))
        if entries.count < event.items.count, !hasCaughtUp {
            hasCaughtUp = true
            shared.catalogue.catchUp()
            entries = event.entries(weights: shared.weights, number: shared.catalogue.number(of:))
        }
        if entries.count < event.items.count {
            shared.metrics.users.unknownItems.add(UInt64(event.items.count - entries.count))
        }
        guard let first = entries.first else {
            return refuse(
                batch.entries[index].record, .unknownItem,
                "the catalogue has none of the event's items: put them there, then send the event again")
        }
        guard first.kind != .impression else { return shared.metrics.users.impressions.add() }
        let isNew = lane.table.update(event.user, at: position, id: RecentEvents.hash(event.id)) { state in
            for entry in entries { state.apply(entry, limits: shared.limits) }
        }
        count(isNew, shared.metrics.users.applied)
    }

    private mutating func applyReserved(_ event: Event, _ index: Int, _ position: LogPosition) {
        switch event.type {
        case Event.userAttributesType:
            let isNew = lane.table.update(event.user, at: position, id: RecentEvents.hash(event.id)) { state in
                state.setAttributes(event.fields)
            }
            count(isNew, shared.metrics.users.attributes)
        case Event.erasureType:
            if lane.table.remove(event.user, at: position) { shared.metrics.users.erased.add() }
        default:
            shared.metrics.users.reserved.add()
            refuse(
                batch.entries[index].record, .unknownType,
                "types that start with $ are the system's, and this version does not know this one")
        }
    }

    private func count(_ isNew: Bool, _ kind: Counter) {
        if isNew { kind.add() } else { shared.metrics.duplicates.add() }
    }

    private mutating func forward(_ record: LogRecord, _ misplaced: EventBatch.Misplaced) {
        guard RecordOrigin(record.headers) == nil else {
            return refuse(
                misplaced.record, .misplaced,
                "the record was forwarded once and still is not in its user's partition: send it without the header "
                    + RecordOrigin.header)
        }
        shared.metrics.forwarded.add()
        outgoing.append(record.forwarded(to: misplaced.home))
    }

    private mutating func refuse(_ record: Int, _ reason: DeadLetter.Reason, _ detail: String) {
        guard batch.records.indices.contains(record) else { return }
        shared.metrics.countDeadLetter(reason)
        outgoing.append(
            DeadLetter.record(for: batch.records[record], reason: reason, detail: detail, topics: shared.topics))
    }

    /// Offsets are dense but for what retention has removed.
    private func countMissed() {
        guard start > .start, let first = batch.records.first, UInt64(first.offset) > start.rawValue else { return }
        shared.metrics.missed.add(UInt64(first.offset) - start.rawValue)
    }
}
