import Kernels

/// Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998): greedily takes the candidate with the highest
///
///     λ·relevance - (1 - λ)·(highest cosine with what is already taken),    λ = 1 - diversity
///
/// so that each pick is relevant and unlike those before it. The first pick is the most relevant candidate; equals go
/// to the lower index.
///
/// A candidate's value only falls as more is taken. So what it was worth at its last comparison bounds it from above, and
/// it is compared with the picks since then only when that bound beats the best value found (the lazy greedy algorithm;
/// Minoux, 1978): the picks are those of the definition, for a fraction of the products.
///
/// Cosines span [-1, 1], scores of a ranker anything: relevance is brought to [0, 1] first, the list's lowest score
/// becoming 0 and its highest 1, so that `diversity` means the same whatever the ranker.
///
/// A value of this type is scratch memory: one a thread, kept between lists.
public struct MMR: ~Copyable {
    private var relevance: [Float] = []
    private var normalised: [Float] = []
    /// Below every cosine: the similarity of a step that takes nothing new in.
    private var unchanged: [Float] = []
    /// The highest cosine of each candidate with the picks that it was compared with: the first `compared` ones.
    private var highest: [Float] = []
    private var compared: [Int] = []
    /// The picks' vectors.
    private var taken: [Float] = []
    private var products: [Float] = []
    private var used: [UInt32: Int] = [:]

    /// Below every cosine: nothing is taken yet.
    private static let nothing: Float = -2

    /// Empty scratch memory.
    public init() {}

    /// Picks up to `count` of the candidates. O(count·candidates·dimensions) at worst, no allocation once warm.
    ///
    /// - Parameters:
    ///   - relevance: a score a candidate, any scale; what is not a number counts as the lowest.
    ///   - vectors: candidates × dimensions, each row of length one.
    ///   - diversity: 0 (by relevance alone) to 1 (unlike each other, whatever the relevance).
    ///   - limit: optional rule on categories.
    ///   - picks: replaced by the indices of the picks, first to last.
    public mutating func select(
        count: Int, relevance scores: Span<Float>, vectors: Span<Float>, dimensions: Int, diversity: Float,
        limit: CategoryLimit? = nil, into picks: inout [Int]
    ) {
        let candidates = scores.count
        precondition(vectors.count == candidates * dimensions, "not a vector for each candidate")
        if let limit { precondition(limit.categories.count == candidates, "not a category for each candidate") }
        picks.removeAll(keepingCapacity: true)
        let wanted = min(count, candidates)
        guard wanted > 0 else { return }
        prepare(scores, picks: wanted)
        let lambda = 1 - min(max(diversity, 0), 1)
        used.removeAll(keepingCapacity: true)
        var open = candidates
        var pick = mostRelevant()
        while true {
            picks.append(pick)
            relevance[pick] = -.infinity
            open -= 1
            guard picks.count < wanted else { return }
            if let limit { open = apply(limit, after: pick, picks: picks, open: open) }
            for place in pick * dimensions..<(pick + 1) * dimensions { taken.append(vectors[place]) }
            if picks.count == 1 {
                // There is no bound before: all are compared.
                let row = vectors.extracting(pick * dimensions..<(pick + 1) * dimensions)
                Self.multiply(row, vectors, count: candidates, into: &highest)
            }
            pick = next(picks: picks.count, lambda: lambda, vectors: vectors, dimensions: dimensions)
        }
    }

    /// Brings relevance to [0, 1] and forgets the list before.
    private mutating func prepare(_ scores: Span<Float>, picks: Int) {
        var lowest = Float.infinity
        var top = -Float.infinity
        for i in scores.indices where scores[i].isFinite {
            lowest = min(lowest, scores[i])
            top = max(top, scores[i])
        }
        let factor = top > lowest ? 1 / (top - lowest) : 0
        normalised.removeAll(keepingCapacity: true)
        for i in scores.indices {
            let score = scores[i]
            let share = score.isFinite ? (score - lowest) * factor : score == .infinity ? 1 : 0
            normalised.append(share.isFinite ? min(share, 1) : 0)
        }
        relevance.removeAll(keepingCapacity: true)
        relevance.append(contentsOf: normalised)
        if unchanged.count != scores.count { unchanged = Array(repeating: Self.nothing, count: scores.count) }
        highest.removeAll(keepingCapacity: true)
        highest.append(contentsOf: repeatElement(Self.nothing, count: scores.count))
        compared.removeAll(keepingCapacity: true)
        compared.append(contentsOf: repeatElement(1, count: scores.count))
        taken.removeAll(keepingCapacity: true)
        if products.count < picks { products = Array(repeating: 0, count: picks) }
    }

    private func mostRelevant() -> Int {
        var best = 0
        for i in relevance.indices where relevance[i] > relevance[best] { best = i }
        return best
    }

    /// The candidate of the highest value, of equals the first: whichever has the highest bound is compared, until that one
    /// has been.
    private mutating func next(picks: Int, lambda: Float, vectors: Span<Float>, dimensions: Int) -> Int {
        while true {
            let best = Self.highestBound(lambda: lambda, relevance: relevance, unchanged: unchanged, highest: &highest)
            guard compared[best] < picks else { return best }
            compare(best, picks: picks, vectors: vectors, dimensions: dimensions)
        }
    }

    /// Takes a candidate's similarity to the picks since its last comparison in.
    private mutating func compare(_ candidate: Int, picks: Int, vectors: Span<Float>, dimensions: Int) {
        let missed = compared[candidate]..<picks
        let row = vectors.extracting(candidate * dimensions..<(candidate + 1) * dimensions)
        Self.multiply(row, taken, from: missed.lowerBound, count: missed.count, into: &products)
        for place in 0..<missed.count { highest[candidate] = max(highest[candidate], products[place]) }
        compared[candidate] = picks
    }

    /// The candidate with the greatest lambda·relevance - (1 - lambda)·highest.
    private static func highestBound(
        lambda: Float, relevance: [Float], unchanged: [Float], highest: inout [Float]
    ) -> Int {
        var maxima = highest.mutableSpan
        return Kernels.mmrStep(
            lambda: lambda, relevance: relevance.span, similarity: unchanged.span, highest: &maxima)
    }

    /// The products of a vector with `count` rows of others from row `first` on.
    private static func multiply(
        _ row: Span<Float>, _ rows: [Float], from first: Int, count: Int, into output: inout [Float]
    ) {
        let range = first * row.count..<(first + count) * row.count
        multiply(row, rows.span.extracting(range), count: count, into: &output)
    }

    private static func multiply(_ row: Span<Float>, _ rows: Span<Float>, count: Int, into output: inout [Float]) {
        var all = output.mutableSpan
        var products = all._mutatingExtracting(0..<count)
        Kernels.gemmNT(m: 1, n: count, k: row.count, a: row, b: rows, c: &products)
    }

    /// Bars the pick's category when it is exhausted; opens all again when the window is over or nothing else is left.
    /// Returns how many candidates are open.
    private mutating func apply(_ limit: CategoryLimit, after pick: Int, picks: [Int], open: Int) -> Int {
        guard picks.count <= limit.window else { return open }
        var open = open
        let category = limit.categories[pick]
        if picks.count < limit.window, category != CategoryLimit.none {
            used[category, default: 0] += 1
            if used[category] == limit.most {
                for i in relevance.indices where limit.categories[i] == category && relevance[i] != -.infinity {
                    relevance[i] = -.infinity
                    open -= 1
                }
            }
        }
        guard open == 0 || picks.count == limit.window else { return open }
        for i in relevance.indices { relevance[i] = normalised[i] }
        for i in picks { relevance[i] = -.infinity }
        return relevance.count - picks.count
    }
}
