package import Domain
package import EventLog

/// A user's row in the changelog: what an owner needs to go on from.
package struct UserRow: Sendable, Equatable {
    package var state: UserState
    /// Hashes of the ids of the user's newest events, by which repeated ones are known.
    package var recentIDs: [UInt64]
    /// Place of the last event that is in the row, in the lane of the user's partition.
    package var position: LogPosition

    package init(state: UserState, recentIDs: [UInt64], position: LogPosition) {
        self.state = state
        self.recentIDs = recentIDs
        self.position = position
    }
}
