import Domain

/// What each user took with a positive weight, as a replay goes on.
struct LikedItems: Sendable {
    private var byUser: [[ItemNumber]]
    private var met: Set<UInt64> = []

    init(users: Int) {
        byUser = [[ItemNumber]](repeating: [], count: users)
    }

    mutating func apply(_ interaction: Interaction) {
        let entry = interaction.entry
        guard entry.weight > 0, entry.kind != .impression,
            met.insert(UInt64(interaction.user) << 32 | UInt64(entry.item)).inserted
        else { return }
        byUser[Int(interaction.user)].append(entry.item)
    }

    func items(of user: UInt32) -> [ItemNumber] { byUser[Int(user)] }
}
