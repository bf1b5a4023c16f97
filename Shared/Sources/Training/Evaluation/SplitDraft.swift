import Domain

/// A split in the making: one of the two rules applied to a whole corpus.
struct SplitDraft {
    let method: SplitOptions.Method
    var parts: [Split.Part]
    var validation: [Int] = []
    var test: [Int] = []
    var cut: Int64?

    /// Each user's last target is the test, the one before it the validation; what the user did from the validation
    /// target on is held out with it. Users with fewer than three targets are trained on and not asked.
    static func last(_ corpus: Corpus, targets: SplitTargets) -> SplitDraft {
        var draft = SplitDraft(
            method: .last, parts: [Split.Part](repeating: .train, count: corpus.interactions.count))
        var counts = [Int](repeating: 0, count: corpus.users.count)
        var lastTarget = [Int](repeating: -1, count: corpus.users.count)
        var lastButOne = lastTarget
        for (index, interaction) in corpus.interactions.enumerated() where targets.isTarget[index] {
            let user = Int(interaction.user)
            counts[user] += 1
            lastButOne[user] = lastTarget[user]
            lastTarget[user] = index
        }
        for (index, interaction) in corpus.interactions.enumerated() {
            let user = Int(interaction.user)
            guard counts[user] >= 3, index >= lastButOne[user] else { continue }
            draft.parts[index] = index >= lastTarget[user] ? .test : .validation
            if index == lastTarget[user] { draft.test.append(index) }
            if index == lastButOne[user] { draft.validation.append(index) }
        }
        return draft
    }

    /// One cut in time for all: the test part holds the last share of the targets, the validation part the share before
    /// it, and of each user the first few targets with a history before them are asked for.
    static func time(_ corpus: Corpus, targets: SplitTargets, options: SplitOptions) -> SplitDraft {
        var draft = SplitDraft(
            method: .time, parts: [Split.Part](repeating: .train, count: corpus.interactions.count))
        let all = corpus.interactions.indices.filter { targets.isTarget[$0] }
        guard !all.isEmpty else { return draft }
        func moment(after share: Double) -> Int64 {
            let place = min(all.count - 1, Int((Double(all.count) * (1 - share)).rounded()))
            return corpus.interactions[all[place]].entry.timestamp
        }
        let cut = moment(after: options.testShare)
        let validationCut = moment(after: options.testShare + options.validationShare)
        draft.cut = cut
        var asked: [Split.Part: [UInt8]] = [:]
        asked[.validation] = [UInt8](repeating: 0, count: corpus.users.count)
        asked[.test] = asked[.validation]
        for (index, interaction) in corpus.interactions.enumerated() {
            let timestamp = interaction.entry.timestamp
            guard timestamp >= validationCut else { continue }
            let part: Split.Part = timestamp >= cut ? .test : .validation
            draft.parts[index] = part
            let user = Int(interaction.user)
            guard targets.isTarget[index], targets.hasHistory[index],
                asked[part, default: []][user] < min(options.casesPerUser, 255)
            else { continue }
            asked[part]?[user] += 1
            if part == .test { draft.test.append(index) } else { draft.validation.append(index) }
        }
        return draft
    }

    /// The users among some cases.
    func users(of cases: [Int], in corpus: Corpus) -> Set<UInt32> {
        Set(cases.map { corpus.interactions[$0].user })
    }

    /// Leaves out cases whose item may not be recommended any more.
    mutating func dropUnavailable(_ corpus: Corpus) {
        let isHidden = { corpus.items[Int(corpus.interactions[$0].entry.item)].isHidden }
        validation.removeAll(where: isHidden)
        test.removeAll(where: isHidden)
    }

    /// Keeps the cases of at most `maximumUsers` users in each part, drawn by seed.
    mutating func sample(_ corpus: Corpus, maximumUsers: Int, seed: UInt64) {
        validation = sampled(validation, corpus, maximumUsers, seed)
        test = sampled(test, corpus, maximumUsers, seed)
    }

    private func sampled(_ cases: [Int], _ corpus: Corpus, _ maximumUsers: Int, _ seed: UInt64) -> [Int] {
        let users = users(of: cases, in: corpus)
        guard users.count > maximumUsers else { return cases }
        let ranked = users.map { (SeededHash.value(of: UInt64($0), seed: seed), $0) }.sorted { $0 < $1 }
        let kept = Set(ranked.prefix(maximumUsers).map(\.1))
        return cases.filter { kept.contains(corpus.interactions[$0].user) }
    }
}
