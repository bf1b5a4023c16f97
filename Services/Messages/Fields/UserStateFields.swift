import CMessages
import Contracts
import Domain

/// A user's state as fields of messages.
enum UserStateFields {
    /// What goes along of the items that a user has met.
    enum Seen {
        case all
        /// What ``UserState/taken`` needs.
        case earlier
    }

    static func write(
        _ state: UserState, seen part: Seen = .all, to message: inout Cascade__UserState,
        in memory: borrowing MessageMemory
    ) {
        message.version = state.version
        write(state.history, to: &message, in: memory)
        let seen = part == .all ? state.seen : state.earlier
        message.n_seen = seen.count
        message.seen = memory.copy(seen)
        message.n_attributes = state.attributes.count
        message.attributes = memory.copy(state.attributes)
    }

    /// States one after the other, as repeated messages are given; nil for none.
    static func write(
        _ states: [UserState], seen: Seen = .all, in memory: borrowing MessageMemory
    ) -> UnsafeMutablePointer<UnsafeMutablePointer<Cascade__UserState>?>? {
        let messages = memory.room(for: states.count, of: Cascade__UserState.self, cascade__user_state__init)
        for (place, state) in states.enumerated() { write(state, seen: seen, to: &messages[place], in: memory) }
        return memory.pointers(to: messages, count: states.count)
    }

    static func read(
        _ messages: UnsafeMutablePointer<UnsafeMutablePointer<Cascade__UserState>?>?, count: Int,
        as fields: FieldReading
    ) throws(MessageError) -> [UserState] {
        try fields.require(count <= MessageLimits.queries, "it has \(count) users")
        var states: [UserState] = []
        states.reserveCapacity(count)
        for place in 0..<count { states.append(try read(messages![place]!.pointee, as: fields)) }
        return states
    }

    private static func write(
        _ history: [HistoryEntry], to message: inout Cascade__UserState, in memory: borrowing MessageMemory
    ) {
        let count = history.count
        guard count > 0 else { return }
        let items = memory.room(for: count, of: UInt32.self)
        let kinds = memory.room(for: count, of: UInt8.self)
        let weights = memory.room(for: count, of: Float.self)
        let values = memory.room(for: count, of: Float.self)
        let timestamps = memory.room(for: count, of: Int64.self)
        var hasValues = false
        history.withUnsafeBufferPointer { history in
            for place in 0..<count {
                let entry = history[place]
                items[place] = entry.item
                kinds[place] = entry.kind.rawValue
                weights[place] = entry.weight
                values[place] = entry.value
                timestamps[place] = entry.timestamp
                hasValues = hasValues || entry.value.bitPattern != noValue
            }
        }
        (message.n_items, message.items) = (count, items)
        message.kinds = ProtobufCBinaryData(len: count, data: kinds)
        (message.n_weights, message.weights) = (count, weights)
        if hasValues { (message.n_values, message.values) = (count, values) }
        (message.n_timestamps, message.timestamps) = (count, timestamps)
    }

    /// Entries without a value have exactly these bits, so that a state comes back as it was.
    private static let noValue = Float.nan.bitPattern

    static func read(
        _ message: Cascade__UserState, as fields: FieldReading
    ) throws(MessageError) -> UserState {
        let limit = MessageLimits.userEntries
        try fields.require(message.version < MessageLimits.counts, "a version is far beyond what was counted")
        try fields.require(message.n_seen <= limit, "a user has met \(message.n_seen) items, \(limit) are allowed")
        let attributes = try fields.texts(
            message.attributes, count: message.n_attributes, limit: RecordLimits.fields * RecordLimits.texts,
            bytes: RecordLimits.idBytes + 1 + RecordLimits.textBytes)
        let state = UserState(
            version: message.version, history: try history(message, fields),
            seen: Array(message.seen, count: message.n_seen), attributes: attributes)
        guard let state else {
            throw .inconsistent("\(fields.message)", "a user's state is not one that events lead to")
        }
        return state
    }

    private static func history(
        _ message: Cascade__UserState, _ fields: FieldReading
    ) throws(MessageError) -> [HistoryEntry] {
        let count = message.n_items
        let hasValues = message.n_values > 0
        try fields.require(
            message.kinds.len == count && message.n_weights == count && message.n_timestamps == count
                && (!hasValues || message.n_values == count) && count <= MessageLimits.userEntries,
            "the lists of a history differ in length or are too long")
        guard count > 0, let items = message.items, let kinds = message.kinds.data, let weights = message.weights,
            let timestamps = message.timestamps
        else { return [] }
        let values = hasValues ? message.values : nil
        var isKnown = true
        let history = [HistoryEntry](unsafeUninitializedCapacity: count) { buffer, length in
            for place in 0..<count {
                let kind = EventKind(rawValue: kinds[place])
                isKnown = isKnown && kind != nil && MessageLimits.moments.contains(timestamps[place])
                buffer.initializeElement(
                    at: place,
                    to: HistoryEntry(
                        item: items[place], kind: kind ?? .other, weight: weights[place],
                        value: values?[place] ?? .nan, timestamp: timestamps[place]))
            }
            length = count
        }
        try fields.require(isKnown, "a history has a kind or a time that there is not")
        return history
    }
}
