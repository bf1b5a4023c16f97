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
    public var validation: [ValidationQuestion]

    /// Data for training; `train` comes in time order.
    public init(items: [Item], userAttributes: [[String]], train: [Interaction], validation: [ValidationQuestion]) {
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
        validation = EvaluationCases(of: corpus, split: split, part: .validation, maximum: questions).flatMap {
            $0.map { ValidationQuestion($0) }
        }
    }

    /// The places of the questions that every epoch is judged by: at most 3,000, evenly spread over all.
    var epochPlaces: [Int] {
        let count = min(3_000, validation.count)
        return (0..<count).map { $0 * validation.count / count }
    }

    /// The questions that every epoch is judged by.
    var epochQuestions: [ValidationQuestion] { epochPlaces.map { validation[$0] } }

    /// Some of the questions as cases, in batches.
    func cases(of questions: [ValidationQuestion]) -> ValidationCases { ValidationCases(questions, of: train) }

    /// Users there are.
    public var userCount: Int { userAttributes.count }
}
