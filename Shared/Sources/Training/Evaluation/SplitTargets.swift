import Domain

/// Which interactions of a corpus can be asked for, and whose they are.
struct SplitTargets {
    /// For each interaction, whether a model may be asked for it.
    private(set) var isTarget: [Bool]
    /// For each interaction, whether its user had any history before it.
    private(set) var hasHistory: [Bool]
    private(set) var usersWithRepeatAtEnd = 0

    init(of corpus: Corpus, targets: SplitOptions.Targets) {
        let count = corpus.interactions.count
        isTarget = [Bool](repeating: false, count: count)
        hasHistory = isTarget
        var met: Set<UInt64> = []
        var userHasHistory = [Bool](repeating: false, count: corpus.users.count)
        var endsWithRepeat = userHasHistory
        for (index, interaction) in corpus.interactions.enumerated() where interaction.entry.kind != .impression {
            let user = Int(interaction.user)
            let isNew = met.insert(UInt64(interaction.user) << 32 | UInt64(interaction.entry.item)).inserted
            hasHistory[index] = userHasHistory[user]
            userHasHistory[user] = true
            guard interaction.entry.weight > 0 else { continue }
            endsWithRepeat[user] = !isNew
            isTarget[index] = isNew || targets == .anyItem
        }
        usersWithRepeatAtEnd = endsWithRepeat.count { $0 }
    }
}
