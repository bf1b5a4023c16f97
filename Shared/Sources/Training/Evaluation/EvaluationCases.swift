public import Domain

/// The cases of a split in time order, in batches: a replay of the corpus that stops at each case.
///
/// Only training interactions enter the statistics; every interaction enters its user's own state. The statistics that a
/// case carries are at most a thousandth of the training part older than the case, their clock stands at the case.
public struct EvaluationCases: Sequence, Sendable {
    /// Which of the two held-out parts is asked for.
    public enum Part: Sendable {
        case validation
        case test
    }

    /// Cases of a batch at most.
    public static let batchSize = 256

    let corpus: Corpus
    let split: Split
    let limits: UserState.Limits
    let cases: [Int]

    /// The cases of one part; at most `maximum` of them, evenly spread over all.
    public init(
        of corpus: Corpus, split: Split, part: Part, limits: UserState.Limits = UserState.Limits(), maximum: Int = .max
    ) {
        self.corpus = corpus
        self.split = split
        self.limits = limits
        let all = part == .test ? split.testCases : split.validationCases
        let count = Swift.min(all.count, Swift.max(0, maximum))
        cases = (0..<count).map { all[$0 * all.count / count] }
    }

    /// How many cases there are in all.
    public var count: Int { cases.count }

    /// How many users are asked for. O(cases).
    public var users: Int { Set(cases.map { corpus.interactions[$0].user }).count }

    public func makeIterator() -> Iterator { Iterator(self) }

    /// A replay that gives a batch of cases at each stop.
    public struct Iterator: IteratorProtocol, Sendable {
        private let source: EvaluationCases
        private var replay: Replay
        private var liked: LikedItems
        private var position = 0
        private var nextCase = 0
        private var shared: ItemStatistics
        private var sinceShared = 0
        private var counted = 0
        private let staleness: Int

        init(_ source: EvaluationCases) {
            self.source = source
            replay = Replay(of: source.corpus, limits: source.limits)
            liked = LikedItems(users: source.corpus.users.count)
            shared = replay.statistics
            staleness = source.split.parts.count { $0 == .train } / 1000
        }

        public mutating func next() -> [EvaluationCase]? {
            var batch: [EvaluationCase] = []
            while nextCase < source.cases.count, batch.count < EvaluationCases.batchSize {
                while position < source.cases[nextCase] { step() }
                batch.append(question())
                nextCase += 1
            }
            return batch.isEmpty ? nil : batch
        }

        private mutating func step() {
            let interaction = source.corpus.interactions[position]
            if source.split.isTraining(position) {
                replay.apply(interaction)
                sinceShared += 1
            } else {
                replay.applyHeldOut(interaction)
            }
            liked.apply(interaction)
            position += 1
        }

        private mutating func question() -> EvaluationCase {
            let interaction = source.corpus.interactions[position]
            if sinceShared > staleness {
                shared = replay.statistics
                counted += sinceShared
                sinceShared = 0
            }
            shared.advance(to: interaction.entry.timestamp)
            return EvaluationCase(
                user: interaction.user, target: interaction.entry.item, state: replay.users[Int(interaction.user)],
                liked: liked.items(of: interaction.user), statistics: shared, counted: counted)
        }
    }
}
