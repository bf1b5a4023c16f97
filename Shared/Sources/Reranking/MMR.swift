import Kernels

/// Maximal marginal relevance (Carbonell & Goldstein, SIGIR 1998): greedily takes the candidate with the highest
///
///     λ·relevance - (1 - λ)·(highest cosine with what is already taken),    λ = 1 - diversity
///
/// so that each pick is relevant and unlike those before it. The first pick is the most relevant candidate; equals go
/// to the lower index.
///
/// Cosines span [-1, 1], scores of a ranker anything: relevance is brought to [0, 1] first, the list's lowest score
/// becoming 0 and its highest 1, so that `diversity` means the same whatever the ranker.
///
/// A value of this type is scratch memory: one a thread, kept between lists.
public struct MMR: ~Copyable {
    private var relevance: [Float] = []
    private var normalised: [Float] = []
    private var similarity: [Float] = []
    private var highest: [Float] = []
    private var used: [UInt32: Int] = [:]

    /// Below every cosine: nothing is taken yet.
    private static let nothing: Float = -2

    /// Empty scratch memory.
    public init() {}

    /// Picks up to `count` of the candidates. O(count·candidates·dimensions), no allocation once warm.
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
        prepare(scores)
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
            pick = Self.step(
                lambda: lambda, taken: pick, vectors: vectors, dimensions: dimensions, relevance: relevance,
                similarity: &similarity, highest: &highest)
        }
    }

    /// Brings relevance to [0, 1] and forgets the list before.
    private mutating func prepare(_ scores: Span<Float>) {
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
        similarity.removeAll(keepingCapacity: true)
        similarity.append(contentsOf: repeatElement(0, count: scores.count))
        highest.removeAll(keepingCapacity: true)
        highest.append(contentsOf: repeatElement(Self.nothing, count: scores.count))
    }

    private func mostRelevant() -> Int {
        var best = 0
        for i in relevance.indices where relevance[i] > relevance[best] { best = i }
        return best
    }

    /// Takes the last pick's similarity to all candidates in, and finds the next pick.
    private static func step(
        lambda: Float, taken: Int, vectors: Span<Float>, dimensions: Int, relevance: [Float],
        similarity: inout [Float], highest: inout [Float]
    ) -> Int {
        var products = similarity.mutableSpan
        let row = vectors.extracting(taken * dimensions..<(taken + 1) * dimensions)
        Kernels.gemmNT(m: 1, n: relevance.count, k: dimensions, a: row, b: vectors, c: &products)
        var maxima = highest.mutableSpan
        return Kernels.mmrStep(
            lambda: lambda, relevance: relevance.span, similarity: similarity.span, highest: &maxima)
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
