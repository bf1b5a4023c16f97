import CommandLine
import Domain
import Training

extension TrainingHistory {
    /// Less than this makes no model.
    static let minimum = (users: 5, items: 10, positives: 50)

    /// Throws where there is too little to learn from, with the numbers and what to do.
    func checkEnoughToTrain() throws(LearningError) {
        let remedy =
            "import history (cascade import movielens DIR, csv FILE, sequences FILE, events FILE) or send events "
            + "to POST /events, then train again"
        guard events > 0 else {
            let items = corpus.items.count
            throw LearningError(
                .noData,
                items == 0
                    ? "there is no data yet, no items and no events: \(remedy)"
                    : "there are \(Format.grouped(items)) items and no events to learn from: \(remedy)")
        }
        guard !corpus.items.isEmpty else {
            throw LearningError(
                .noData,
                "there are \(Format.grouped(events)) events, and the catalogue is empty, so that none of them counts: "
                    + "import the items, or PUT /items/{id}, then train again")
        }
        let counts = positiveCounts
        guard counts.positives > 0 else {
            throw LearningError(
                .tooLittleData,
                "none of the \(Format.grouped(events)) events speaks for an item of the catalogue "
                    + "(\(Format.grouped(eventsOfUnknownItems)) are about items that the catalogue lacks): send events "
                    + "with a positive weight (click, like, purchase, rating), or set events.weights")
        }
        let minimum = Self.minimum
        guard counts.users >= minimum.users, counts.items >= minimum.items, counts.positives >= minimum.positives else {
            throw LearningError(
                .tooLittleData,
                "too little to learn from: \(counts.users) users took \(counts.items) items in \(counts.positives) "
                    + "positive events; at least \(minimum.users) users, \(minimum.items) items and "
                    + "\(minimum.positives) events are needed: \(remedy)")
        }
    }

    /// How many users and items positive interactions have, and how many of these there are.
    private var positiveCounts: (users: Int, items: Int, positives: Int) {
        var hasUser = [Bool](repeating: false, count: corpus.users.count)
        var hasItem = [Bool](repeating: false, count: corpus.items.count)
        var positives = 0
        for interaction in corpus.interactions
        where interaction.entry.weight > 0 && interaction.entry.kind != .impression {
            hasUser[Int(interaction.user)] = true
            hasItem[Int(interaction.entry.item)] = true
            positives += 1
        }
        return (hasUser.count { $0 }, hasItem.count { $0 }, positives)
    }
}
