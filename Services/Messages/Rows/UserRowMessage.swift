import CMessages
import Domain
import EventLog

/// ``UserRow`` as protobuf message `cascade.v1.UserRow`: the value of a record of the topic user-features.
package enum UserRowMessage {
    private static let format: UInt32 = 1
    private static let fields = FieldReading(message: "a user's row")

    /// The same row has the same bytes. O(entries).
    package static func encode(_ row: UserRow) -> [UInt8] {
        Wire.bytes(of: cascade__user_row__init) { memory, message in
            let state = memory.room(for: 1, of: Cascade__UserState.self, cascade__user_state__init)
            UserStateFields.write(row.state, to: &state.pointee, in: memory)
            message.format = format
            message.state = state
            message.n_recent_ids = row.recentIDs.count
            message.recent_ids = memory.copy(row.recentIDs)
            message.position = row.position.rawValue
        }
    }

    /// The row in a record's value. O(bytes).
    package static func decode(_ bytes: UnsafeRawBufferPointer) throws(MessageError) -> UserRow {
        try Wire.read(bytes, as: fields.message, cascade__user_row__unpack) { message throws(MessageError) in
            try fields.format(message.format, known: format)
            guard let state = message.state else { throw .inconsistent("\(fields.message)", "it has no state") }
            try fields.require(
                message.n_recent_ids <= MessageLimits.userEntries && message.position < MessageLimits.counts,
                "it has too many ids, or a place far beyond every log")
            return UserRow(
                state: try UserStateFields.read(state.pointee, as: fields),
                recentIDs: Array(message.recent_ids, count: message.n_recent_ids),
                position: LogPosition(rawValue: message.position))
        }
    }
}
