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

    /// The training part of a split, and at most `questions` of its validation cases, evenly spread over them.
    public init(of corpus: Corpus, split: Split, questions: Int = 10_000) {
        items = corpus.items
        userAttributes = corpus.userAttributes
        train = corpus.interactions.indices.lazy.filter(split.isTraining).map { corpus.interactions[$0] }
        validation = EvaluationCases(of: corpus, split: split, part: .validation, maximum: questions).flatMap(\.self)
    }

    /// The questions that every epoch is judged by: at most 3,000, evenly spread over all.
    var epochQuestions: [EvaluationCase] {
        let count = min(3_000, validation.count)
        return (0..<count).map { validation[$0 * validation.count / count] }
    }

    /// Users there are.
    public var userCount: Int { userAttributes.count }
}
