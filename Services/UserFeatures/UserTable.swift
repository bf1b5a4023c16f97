import Domain
import EventLog
import Synchronization

/// The states of all users of a lane, striped: a short lock a stripe, so that readers meet neither each other nor the writer.
final class UserTable: Sendable {
    /// A user's place in the checkpoint.
    typealias Slot = Int64

    struct Entry: Sendable {
        var state = UserState()
        /// Empty where the log de-duplicates.
        var recent = RecentEvents()
        /// The place of the last event in the state; `.start` where the log de-duplicates.
        var position = LogPosition.start
        let slot: Slot
        var isUnsaved: Bool
        /// Whether the changelog does not have it yet. Such an entry is unsaved too.
        var isUnpublished: Bool
    }

    private struct Stripe {
        var entries: [String: Entry] = [:]
        var unsaved: [String] = []
        var erased: [UserChanges.Erasure] = []
    }

    private final class LockedStripe: Sendable {
        let stripe = Mutex(Stripe())
    }

    private let stripes = (0..<64).map { _ in LockedStripe() }
    private let nextSlot = Atomic<Int64>(1)
    private let storedCount = Atomic<Int>(0)

    /// How many users there are.
    var count: Int { storedCount.load(ordering: .relaxed) }

    /// The state of a user; nil when nothing is known. O(1).
    func state(of user: String) -> UserState? {
        stripe(of: user).stripe.withLock { $0.entries[user]?.state }
    }

    /// Changes the state of a user, a new one for a user of whom nothing is known.
    func update(_ user: String, _ change: (inout UserState) -> Void) {
        _ = self.change(user) { entry in
            change(&entry.state)
            return true
        }
    }

    /// Changes the state of a user by an event, unless that event is in the state already: it came before the state's
    /// position, or its id is one of the recent ones.
    /// - Returns: whether it was not.
    func update(
        _ user: String, at position: LogPosition, id: UInt64, _ change: (inout UserState) -> Void
    ) -> Bool {
        self.change(user) { entry in
            guard position > entry.position, entry.recent.insert(id) else { return false }
            entry.position = position
            entry.isUnpublished = true
            change(&entry.state)
            return true
        }
    }

    /// Forgets a user.
    func remove(_ user: String) {
        stripe(of: user).stripe.withLock { stripe in
            let entry = stripe.entries.removeValue(forKey: user)
            stripe.erased.append(UserChanges.Erasure(user: user, slot: entry?.slot, isUnpublished: false))
            if entry != nil { storedCount.subtract(1, ordering: .relaxed) }
        }
    }

    /// Forgets a user by an event, unless the user's state is of a later place.
    /// - Returns: whether anything was known and is no longer.
    func remove(_ user: String, at position: LogPosition) -> Bool {
        stripe(of: user).stripe.withLock { stripe in
            guard let entry = stripe.entries[user], position > entry.position else { return false }
            stripe.entries[user] = nil
            stripe.erased.append(UserChanges.Erasure(user: user, slot: entry.slot, isUnpublished: true))
            storedCount.subtract(1, ordering: .relaxed)
            return true
        }
    }

    private func change(_ user: String, _ body: (inout Entry) -> Bool) -> Bool {
        stripe(of: user).stripe.withLock { stripe in
            if let index = stripe.entries.index(forKey: user) {
                guard body(&stripe.entries.values[index]) else { return false }
                guard !stripe.entries.values[index].isUnsaved else { return true }
                stripe.entries.values[index].isUnsaved = true
            } else {
                let slot = nextSlot.wrappingAdd(1, ordering: .relaxed).oldValue
                var entry = Entry(slot: slot, isUnsaved: true, isUnpublished: false)
                guard body(&entry) else { return false }
                stripe.entries[user] = entry
                storedCount.add(1, ordering: .relaxed)
            }
            stripe.unsaved.append(user)
            return true
        }
    }

    /// FNV-1a over the last bytes, in which ids differ.
    private func stripe(of user: String) -> LockedStripe {
        var hash: UInt32 = 2_166_136_261
        for byte in user.utf8.suffix(8) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return stripes[Int((hash ^ (hash >> 16)) & 63)]
    }
}

// What the checkpoint takes and brings back.
extension UserTable {
    /// Puts a stored user back; false when there is one with this id. Only before the table is shared.
    func restore(_ row: UserChanges.Row) -> Bool {
        let isNew = stripe(of: row.user).stripe.withLock { stripe in
            let entry = Entry(
                state: row.state, recent: row.recent, position: row.position, slot: row.slot, isUnsaved: false,
                isUnpublished: false)
            return stripe.entries.updateValue(entry, forKey: row.user) == nil
        }
        if isNew { storedCount.add(1, ordering: .relaxed) }
        if row.slot >= nextSlot.load(ordering: .relaxed) { nextSlot.store(row.slot + 1, ordering: .relaxed) }
        return isNew
    }

    /// Puts a user's row of the changelog in, in place of an earlier one; nil takes the user out. Only before the table is
    /// shared.
    func restore(_ user: String, _ row: (state: UserState, recent: RecentEvents, position: LogPosition)?) {
        stripe(of: user).stripe.withLock { stripe in
            let known = stripe.entries.removeValue(forKey: user)
            if known != nil { storedCount.subtract(1, ordering: .relaxed) }
            guard let row else { return }
            let slot = known?.slot ?? nextSlot.wrappingAdd(1, ordering: .relaxed).oldValue
            stripe.entries[user] = Entry(
                state: row.state, recent: row.recent, position: row.position, slot: slot, isUnsaved: true,
                isUnpublished: false)
            stripe.unsaved.append(user)
            storedCount.add(1, ordering: .relaxed)
        }
    }

    /// Has the next checkpoint write and publish a user again.
    func touch(_ user: String) {
        stripe(of: user).stripe.withLock { stripe in
            guard let index = stripe.entries.index(forKey: user) else {
                stripe.erased.append(UserChanges.Erasure(user: user, slot: nil, isUnpublished: true))
                return
            }
            stripe.entries.values[index].isUnpublished = true
            guard !stripe.entries.values[index].isUnsaved else { return }
            stripe.entries.values[index].isUnsaved = true
            stripe.unsaved.append(user)
        }
    }

    /// Takes what changed since the last call; states are shared, not copied. O(changes).
    func takeChanges() -> UserChanges {
        var changes = UserChanges()
        for locked in stripes {
            locked.stripe.withLock { stripe in
                for user in stripe.unsaved {
                    guard let index = stripe.entries.index(forKey: user) else { continue }
                    guard stripe.entries.values[index].isUnsaved else { continue }
                    let entry = stripe.entries.values[index]
                    stripe.entries.values[index].isUnsaved = false
                    stripe.entries.values[index].isUnpublished = false
                    changes.rows.append(UserChanges.Row(user: user, entry: entry))
                }
                stripe.unsaved = []
                changes.erased += stripe.erased
                stripe.erased = []
            }
        }
        return changes
    }

    /// Gives changes back that could not be saved: they are part of the next ones.
    /// - Parameter isPublished: whether the changelog has them nevertheless.
    func giveBack(_ changes: UserChanges, isPublished: Bool = false) {
        for row in changes.rows {
            stripe(of: row.user).stripe.withLock { stripe in
                guard let index = stripe.entries.index(forKey: row.user) else { return }
                if row.isUnpublished, !isPublished { stripe.entries.values[index].isUnpublished = true }
                guard !stripe.entries.values[index].isUnsaved else { return }
                stripe.entries.values[index].isUnsaved = true
                stripe.unsaved.append(row.user)
            }
        }
        let erased = changes.erased.map {
            UserChanges.Erasure(user: $0.user, slot: $0.slot, isUnpublished: $0.isUnpublished && !isPublished)
        }
        stripes[0].stripe.withLock { $0.erased += erased }
    }
}
