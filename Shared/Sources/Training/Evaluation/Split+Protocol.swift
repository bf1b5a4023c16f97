extension Split {
    /// What was done, in words: the text that stands beside the figures. A person who reads it can repeat them.
    public var protocolText: String {
        [ruleText, tieText, targetText, knowledgeText, measureText].compactMap(\.self).joined(separator: " ")
    }

    private var ruleText: String {
        switch method {
        case .time, .automatic:
            return """
                Split by time: the last \(percent(options.testShare)) of the positive interactions (weight above 0, no \
                impressions), those from \(cut ?? 0) ms since the epoch on, are the test, the \
                \(percent(options.validationShare)) before them the validation, the rest the training part. Of each user \
                the first \(options.casesPerUser) test interactions at most are asked for, where the user has a history; \
                figures are averaged within a user, then over users.
                """
        case .last:
            return """
                Leave the last out: each user's last positive interaction (weight above 0, no impressions) is the test, \
                the last but one the validation, everything of the user before that the training part; users with \
                fewer than three are trained on and not asked. There is no common cut in time: what other users did \
                later than a user's test interaction is in the training part.
                """
        }
    }

    private var tieText: String? {
        hasRandomTies
            ? """
            The history does not tell what came first: what a user did at one moment is in random order, popular items \
            tending to come later (the last is drawn by degree^\(InteractionSplit.lean)).
            """ : nil
    }

    private var targetText: String {
        let sample =
            testUsers < eligibleUsers
            ? " \(testUsers) of \(eligibleUsers) users were sampled (seed \(options.seed))." : ""
        let repeats = "\(usersWithRepeatAtEnd) users' last positive interaction is with an item they had met before"
        switch options.targets {
        case .newItems:
            let instead =
                method == .last ? "; an earlier one is asked for instead, and nothing after it is trained on" : ""
            return "Only items that the user had not met before are asked for (\(repeats)\(instead))." + sample
        case .anyItem:
            return "Items that the user had met before are asked for too (\(repeats)): all models drop these and miss."
                + sample
        }
    }

    private var knowledgeText: String {
        """
        Weights, popularity, item-kNN's counts and item statistics come from the training part alone; statistics are \
        those of the moment that is asked about, at most a thousandth of the training part older. The user's own earlier interactions, held-out ones before that moment \
        included, are the history that every model is given.
        """
    }

    private var measureText: String {
        """
        Full ranking of all items that may be recommended, without those that the user has met, for every model alike. \
        With one item asked for at a time, Recall@k and HR@k are the share found among the first k. Coverage: share of \
        the items that appear in anyone's first 20.
        """
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
