import Kernels

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// Ranking of all items for each user's next one: averages over the users who have one.
public struct NextItemRanking: Sendable {
    /// The figures of a model.
    public struct Quality: Sendable, Equatable {
        /// Share of users whose next item is among the first 10.
        public var hitRate = 0.0
        /// 1/log₂(1 + place) for those, 0 for others.
        public var ndcg = 0.0
    }

    private static let cutoff = 10
    private static let baselines = 3
    private static let mostChoices = 8_000

    private let sources: SequenceSources
    private let threads: Int

    public init(_ sources: SequenceSources, threads: Int) {
        self.sources = sources
        self.threads = threads
    }

    /// Learns a re-ranker from next items that the sources have not seen.
    ///
    /// - Parameter targets: a user's next item, nil for users without one.
    public func learn(_ targets: [Int32?], seed: UInt64) -> ConditionalLogit {
        let (sources, threads) = (sources, threads)
        var asked = targets.indices.filter { targets[$0] != nil && !sources.histories[$0].isEmpty }
        var random = RandomSource(seed: seed)
        random.shuffle(&asked)
        let users = Array(asked.prefix(Self.mostChoices))
        let parts = Collected<[ConditionalLogit.Choice]>(count: threads)
        Parallel.run(threads) { part in
            let rows = FloatBuffer(count: SequenceSources.Source.allCases.count * sources.itemCount)
            var choices: [ConditionalLogit.Choice] = []
            for user in users[Parallel.share(of: users.count, part: part, parts: threads)] {
                sources.fill(user, rows)
                let candidates = sources.candidates(user, rows)
                guard let target = targets[user], let place = candidates.items.firstIndex(of: target) else { continue }
                choices.append(ConditionalLogit.Choice(features: candidates.features, chosen: place))
            }
            parts.set(choices, at: part)
        }
        return ConditionalLogit(
            choices: parts.values.flatMap(\.self), prior: SequenceSources.prior, threads: threads)
    }

    /// Quality of popularity, item-to-item neighbours, the towers, and the re-ranked candidates of all sources, in this
    /// order. Items of the own history are left out where the sources do not allow repeats.
    public func measure(_ ranker: ConditionalLogit, on targets: [Int32?]) -> [Quality] {
        let (sources, threads) = (sources, threads)
        let users = targets.indices.filter { targets[$0] != nil }
        let parts = Collected<[Quality]>(count: threads)
        Parallel.run(threads) { part in
            let rows = FloatBuffer(count: SequenceSources.Source.allCases.count * sources.itemCount)
            var sums = [Quality](repeating: Quality(), count: Self.baselines + 1)
            for user in users[Parallel.share(of: users.count, part: part, parts: threads)] {
                guard let target = targets[user] else { continue }
                for (model, place) in Self.places(of: target, user, sources, ranker, rows).enumerated() {
                    guard let place, place < Self.cutoff else { continue }
                    sums[model].hitRate += 1
                    sums[model].ndcg += 1 / log2(Double(place) + 2)
                }
            }
            parts.set(sums, at: part)
        }
        let share = 1 / Double(max(1, users.count))
        return (0...Self.baselines).map { model in
            parts.values.reduce(into: Quality()) {
                $0.hitRate += share * $1[model].hitRate
                $0.ndcg += share * $1[model].ndcg
            }
        }
    }

    /// The target's place from 0 in each model's list, nil where it is in none.
    private static func places(
        of target: Int32, _ user: Int, _ sources: SequenceSources, _ ranker: ConditionalLogit, _ rows: FloatBuffer
    ) -> [Int?] {
        sources.fill(user, rows)
        let history = Set(sources.histories[user])
        let candidates = sources.candidates(user, rows)
        let scores = ranker.scores(of: candidates.features)
        let mixed = candidates.items.firstIndex(of: target).map { place in
            scores.indices.count { scores[$0] > scores[place] || (scores[$0] == scores[place] && $0 < place) }
        }
        let count = sources.itemCount
        func row(_ source: SequenceSources.Source) -> UnsafeMutablePointer<Float> {
            unsafe rows.base + source.rawValue * count
        }
        let (popular, neighbours) = unsafe (row(.near), row(.company))
        for item in 0..<count { unsafe popular[item] = sources.degrees[item] }
        // An item is its own nearest neighbour.
        for item in sources.histories[user] {
            unsafe neighbours[Int(item)] += 1 / Float(sources.histories[user].count)
        }
        let baselines: [Int?] = unsafe [popular, neighbours, row(.tower)].map { row in
            if !sources.allowsRepeats {
                guard !history.contains(target) else { return nil }
                for item in history { unsafe row[Int(item)] = -.infinity }
            }
            let score = unsafe row[Int(target)]
            var place = 0
            for item in 0..<count where unsafe row[item] > score || (row[item] == score && item < target) { place += 1 }
            return place
        }
        return baselines + [mixed]
    }
}
