import Domain
import EventLog

/// What changed of a lane's users since the last checkpoint, each user once.
struct UserChanges: Sendable {
    /// A user as of now.
    struct Row: Sendable {
        let slot: UserTable.Slot
        let user: String
        let state: UserState
        let recent: RecentEvents
        let position: LogPosition
        let isUnpublished: Bool
    }

    /// A user who was erased; a row of the same user is a new beginning.
    struct Erasure: Sendable {
        let user: String
        /// The user's row, nil when nothing was known.
        let slot: UserTable.Slot?
        let isUnpublished: Bool
    }

    var rows: [Row] = []
    var erased: [Erasure] = []

    var isEmpty: Bool { rows.isEmpty && erased.isEmpty }
}

extension UserChanges.Row {
    init(user: String, entry: UserTable.Entry) {
        self.init(
            slot: entry.slot, user: user, state: entry.state, recent: entry.recent, position: entry.position,
            isUnpublished: entry.isUnpublished)
    }
}
