import Domain
import Synchronization

/// The states of all users, striped: a short lock a stripe, so that readers meet neither each other nor the writer.
final class UserTable: Sendable {
    /// A user's place in the checkpoint.
    typealias Slot = Int64

    /// What a checkpoint writes of one user.
    struct Row: Sendable {
        let slot: Slot
        let user: String
        let state: UserState
    }

    /// What a checkpoint removes of an erased user.
    struct Erasure: Sendable {
        let user: String
        /// The user's row, nil when nothing was known.
        let slot: Slot?
    }

    /// What changed since the last checkpoint.
    struct Changes: Sendable {
        var rows: [Row] = []
        var erased: [Erasure] = []

        var isEmpty: Bool { rows.isEmpty && erased.isEmpty }
    }

    private struct Entry {
        var state: UserState
        let slot: Slot
        var isUnsaved: Bool
    }

    private struct Stripe {
        var entries: [String: Entry] = [:]
        var unsaved: [String] = []
        var erased: [Erasure] = []
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
        stripe(of: user).stripe.withLock { stripe in
            if let index = stripe.entries.index(forKey: user) {
                change(&stripe.entries.values[index].state)
                guard !stripe.entries.values[index].isUnsaved else { return }
                stripe.entries.values[index].isUnsaved = true
            } else {
                let slot = nextSlot.wrappingAdd(1, ordering: .relaxed).oldValue
                var entry = Entry(state: UserState(), slot: slot, isUnsaved: true)
                change(&entry.state)
                stripe.entries[user] = entry
                storedCount.add(1, ordering: .relaxed)
            }
            stripe.unsaved.append(user)
        }
    }

    /// Forgets a user.
    func remove(_ user: String) {
        stripe(of: user).stripe.withLock { stripe in
            let entry = stripe.entries.removeValue(forKey: user)
            stripe.erased.append(Erasure(user: user, slot: entry?.slot))
            if entry != nil { storedCount.subtract(1, ordering: .relaxed) }
        }
    }

    /// Puts a stored user back; false when there is one with this id. Only before the table is shared.
    func restore(_ row: Row) -> Bool {
        let isNew = stripe(of: row.user).stripe.withLock { stripe in
            let entry = Entry(state: row.state, slot: row.slot, isUnsaved: false)
            return stripe.entries.updateValue(entry, forKey: row.user) == nil
        }
        if isNew { storedCount.add(1, ordering: .relaxed) }
        if row.slot >= nextSlot.load(ordering: .relaxed) { nextSlot.store(row.slot + 1, ordering: .relaxed) }
        return isNew
    }

    /// Takes what changed since the last call; states are shared, not copied. O(changes).
    func takeChanges() -> Changes {
        var changes = Changes()
        for locked in stripes {
            locked.stripe.withLock { stripe in
                for user in stripe.unsaved {
                    guard let index = stripe.entries.index(forKey: user) else { continue }
                    guard stripe.entries.values[index].isUnsaved else { continue }
                    stripe.entries.values[index].isUnsaved = false
                    let entry = stripe.entries.values[index]
                    changes.rows.append(Row(slot: entry.slot, user: user, state: entry.state))
                }
                stripe.unsaved = []
                changes.erased += stripe.erased
                stripe.erased = []
            }
        }
        return changes
    }

    /// Gives changes back that could not be saved: they are part of the next ones.
    func giveBack(_ changes: Changes) {
        for row in changes.rows {
            stripe(of: row.user).stripe.withLock { stripe in
                guard let index = stripe.entries.index(forKey: row.user) else { return }
                guard !stripe.entries.values[index].isUnsaved else { return }
                stripe.entries.values[index].isUnsaved = true
                stripe.unsaved.append(row.user)
            }
        }
        stripes[0].stripe.withLock { $0.erased += changes.erased }
    }

    /// FNV-1a over the last bytes, in which ids differ.
    private func stripe(of user: String) -> LockedStripe {
        var hash: UInt32 = 2_166_136_261
        for byte in user.utf8.suffix(8) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        return stripes[Int((hash ^ (hash >> 16)) & 63)]
    }
}
