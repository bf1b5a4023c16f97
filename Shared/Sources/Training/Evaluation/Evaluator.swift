public import Domain

/// Measures recommenders on the test part of a split, all on the very same cases.
public struct Evaluator: Sendable {
    /// What an evaluation found.
    public struct Result: Sendable {
        /// What was done, in words.
        public let protocolText: String
        /// Users that were asked for.
        public let users: Int
        /// Items that may be recommended.
        public let items: Int
        /// Cases in all.
        public let cases: Int
        /// One for each recommender, in their order.
        public let models: [RankingQuality]
        /// For each recommender what it was worth to each user; the same users in the same order.
        public let byUser: [[UserQuality]]
    }

    private let corpus: Corpus
    private let cases: EvaluationCases
    private let split: Split
    private let measure: DiversityMeasure

    /// An evaluator of a part of a split, on `maximumCases` of its cases at most, evenly spread over all.
    public init(
        corpus: Corpus, split: Split, part: EvaluationCases.Part = .test, limits: UserState.Limits = UserState.Limits(),
        maximumCases: Int = .max
    ) {
        self.corpus = corpus
        self.split = split
        cases = EvaluationCases(of: corpus, split: split, part: part, limits: limits, maximum: maximumCases)
        measure = DiversityMeasure(of: corpus, split: split)
    }

    /// Asks every recommender for its best 20 in every case. Two batches are in work at a time; `progress` hears how many
    /// cases are done of how many, `observer` of every list.
    public func evaluate(
        _ recommenders: [any Recommender], observer: (any EvaluationObserver)? = nil,
        progress: (Int, Int) -> Void = { _, _ in }
    ) async throws -> Result {
        let recommendable = corpus.items.count { !$0.isHidden }
        var sums = recommenders.map {
            QualityAccumulator(name: $0.name, items: corpus.items.count, recommendable: recommendable)
        }
        var iterator = cases.makeIterator()
        var done = 0
        while let first = iterator.next() {
            let second = iterator.next() ?? []
            async let answersOfFirst = answers(of: recommenders, for: first)
            async let answersOfSecond = answers(of: recommenders, for: second)
            for (batch, answers) in [(first, try await answersOfFirst), (second, try await answersOfSecond)] {
                for (place, lists) in answers.enumerated() {
                    for (question, answer) in zip(batch, lists) {
                        sums[place].add(answer.items, for: question, diversity: answer.diversity)
                        observer?.note(answer.items, of: place, for: question)
                    }
                }
            }
            done += first.count + second.count
            progress(done, cases.count)
        }
        return Result(
            protocolText: split.protocolText + " " + measure.text, users: cases.users, items: recommendable,
            cases: cases.count, models: sums.map { $0.quality() },
            byUser: sums.map { $0.qualityByUser() })
    }

    private struct Answer: Sendable {
        let items: [ItemNumber]
        let diversity: Double?
    }

    private func answers(
        of recommenders: [any Recommender], for batch: [EvaluationCase]
    ) async throws -> [[Answer]] {
        guard !batch.isEmpty else { return recommenders.map { _ in [] } }
        var answers: [[Answer]] = []
        for recommender in recommenders {
            let lists = try await recommender.recommend(for: batch, count: 20)
            answers.append(lists.map { Answer(items: $0, diversity: measure.diversity(of: $0)) })
        }
        return answers
    }
}
