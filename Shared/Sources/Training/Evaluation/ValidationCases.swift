import Domain

/// Questions of a training as cases, in batches: a replay of the training part that stops where their statistics do.
struct ValidationCases: Sequence, IteratorProtocol {
    private let questions: [ValidationQuestion]
    private let train: [Interaction]
    private let batches: Int
    private var batch = 0
    private var statistics = ItemStatistics()
    private var counted = 0

    /// - Parameter train: the training part that the questions' statistics count.
    init(_ questions: [ValidationQuestion], of train: [Interaction]) {
        (self.questions, self.train) = (questions, train)
        batches = (questions.count + EvaluationCases.batchSize - 1) / EvaluationCases.batchSize
    }

    mutating func next() -> [EvaluationCase]? {
        guard batch < batches else { return nil }
        defer { batch += 1 }
        return questions[Parallel.share(of: questions.count, part: batch, parts: batches)].map { question in
            count(question.counted)
            var statistics = statistics
            statistics.advance(to: question.moment)
            return EvaluationCase(
                user: question.user, target: question.target, state: question.state, liked: [], statistics: statistics,
                counted: question.counted)
        }
    }

    private mutating func count(_ interactions: Int) {
        while counted < interactions {
            statistics.apply(train[counted].entry)
            counted += 1
        }
    }
}
