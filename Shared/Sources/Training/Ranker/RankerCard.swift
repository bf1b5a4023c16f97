import Domain
import Models

/// Measures rankers side by side for a bundle's ``ReportCard``.
struct RankerCard {
    /// Candidates of a request whose time is measured, and how many requests there are.
    private static let candidates = 200
    private static let requests = 31

    let fit: RankerFit
    /// The parts in the order that is served. Rankers are measured alone.
    let choice: ServingChoice

    private var validator: RankerValidator { fit.validator }

    /// The card of a training; nil where no validation case has its target among the candidates.
    func card(of trained: RankerLadder.Trained) -> ReportCard? {
        guard validator.answerable > 0 else { return nil }
        let lists = validator.lists
        let most = (0..<lists.count).reduce(Self.candidates) { max($0, lists.range(of: $1).count) }
        let (fit, vectors) = (fit, fit.catalogue.vectors)
        let (teacher, student, pruned, int8) = (trained.teacher, trained.student, trained.pruned, trained.int8)
        let makers: [@Sendable () -> any ListScorer] = [
            { TeacherScorer(teacher, fit: fit, most: most) },
            { StudentScorer(student, name: "student", fit: fit, most: most) },
            { StudentScorer(pruned, name: "pruned", fit: fit, most: most) },
            { QuantisedScorer(int8, vectors: vectors) },
        ]
        let rankers = makers.map { $0() }
        let sample = lists.sample(users: Self.requests, length: Self.candidates)
        var scores = [Float](repeating: 0, count: Self.candidates)
        let times = ScoringTimes.medians(models: rankers.count, requests: sample.count) { model, request in
            var span = scores.mutableSpan
            rankers[model].score(request, of: sample, into: &span)
        }
        let qualities = qualities(of: makers)
        let rows = rankers.indices.map { place in
            let (ranker, quality) = (rankers[place], qualities[place])
            return ReportCard.Row(
                name: ranker.name, auc: quality.auc, logLoss: quality.logLoss, ndcgAt10: quality.ndcg,
                calibrationError: quality.calibrationError, parameters: ranker.parameters, bytes: ranker.bytes,
                residentBytes: ranker.residentBytes, microseconds: times[place])
        }
        return ReportCard(rows: rows, method: method)
    }

    private func qualities(of makers: [@Sendable () -> any ListScorer]) -> [ClickQuality] {
        let threads = fit.settings.threads
        let scores = makers.map { validator.lists.scores(threads: threads, by: $0) }
        let found = Collected<ClickQuality>(count: makers.count)
        Parallel.run(threads) { [validator] part in
            for place in Parallel.share(of: makers.count, part: part, parts: threads) {
                found.set(validator.quality(of: scores[place]), at: place)
            }
        }
        return found.values
    }

    private var method: String {
        "Measured on the recall candidates of the \(validator.answerable) validation cases of \(validator.cases) whose item is "
            + "among them, each ranker alone (in what is served it has a share of \(choice.ranker), the linear model that it "
            + "started from \(choice.linear), the recall score the rest, beside it item-to-item links to the power of "
            + "\(choice.company) and recent popularity to the power of \(choice.popularity)): a candidate's probability of being "
            + "the one taken is its share of the list's softmax; ECE over 20 bins of equal numbers. Bytes count parameters and what is kept of each item beside recall's own tables; time "
            + "is the median processor time of one thread for \(Self.candidates) candidates, features not included."
    }
}
