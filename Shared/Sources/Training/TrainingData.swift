public import Domain

/// What a trainer may see: interactions to learn from, and questions to stop by. The test part is not among them.
public struct TrainingData: Sendable {
    /// The catalogue by item number.
    public var items: [Item]
    /// Attribute tokens of each user.
    public var userAttributes: [[String]]
    /// Interactions to learn from in time order, impressions included.
    public var train: [Interaction]
    /// Questions on which settings are judged and training stops; empty where everything is to be learned from.
    public var validation: [EvaluationCase]

    /// Data for training; `train` comes in time order.
    public init(items: [Item], userAttributes: [[String]], train: [Interaction], validation: [EvaluationCase]) {
        self.items = items
        self.userAttributes = userAttributes
        self.train = train
        self.validation = validation
    }

    /// The training part of a split, and at most `validationCases` of its validation cases, evenly spread over them.
    public init(of corpus: Corpus, split: Split, validationCases: Int = 3000) {
        items = corpus.items
        userAttributes = corpus.userAttributes
        train = corpus.interactions.indices.lazy.filter(split.isTraining).map { corpus.interactions[$0] }
        validation = []
        let cases = EvaluationCases(of: corpus, split: split, part: .validation)
        let wanted = min(max(1, validationCases), max(1, cases.count))
        var place = 0
        for batch in cases {
            for question in batch {
                // Evenly spread: the cases at which the wanted count times the place passes a multiple of all.
                if place * wanted / max(1, cases.count) != (place - 1) * wanted / max(1, cases.count) || place == 0 {
                    validation.append(question)
                }
                place += 1
            }
        }
    }

    /// Users there are.
    public var userCount: Int { userAttributes.count }
}
