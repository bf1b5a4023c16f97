import Domain

/// A moment that rankers learn from.
struct RankerQuestion: Sendable {
    /// What the user took, and everything known just before.
    let moment: EvaluationCase
    /// What it was worth to the user: the weight of what was done.
    let worth: Float
    /// What the user was shown beside it.
    let shown: Set<ItemNumber>
}

/// What users were shown last, as a replay goes on.
struct ShownItems {
    private var lists: [UInt32: (request: UInt64, items: Set<ItemNumber>)] = [:]

    /// Takes in what happens next: an impression is one interaction for each item.
    mutating func apply(_ interaction: Interaction) {
        guard interaction.entry.kind == .impression, interaction.request != 0 else { return }
        if lists[interaction.user]?.request == interaction.request {
            lists[interaction.user]?.items.insert(interaction.entry.item)
        } else {
            lists[interaction.user] = (interaction.request, [interaction.entry.item])
        }
    }

    /// What was shown in the answer that an interaction came of; nothing where that is not known.
    func items(beside interaction: Interaction) -> Set<ItemNumber> {
        guard let last = lists[interaction.user], interaction.request != 0, last.request == interaction.request else {
            return []
        }
        return last.items.subtracting([interaction.entry.item])
    }
}
