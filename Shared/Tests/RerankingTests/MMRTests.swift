import Reranking
import Testing

@Suite struct MMRTests {
    struct List {
        let dimensions = 12
        var relevance: [Float]
        var vectors: [Float]

        init(seed: UInt64, count: Int) {
            var random = SeededGenerator(seed: seed)
            relevance = random.floats(count).map { 10 * $0 }
            vectors = random.floats(count * dimensions)
            for i in 0..<count {
                let row = i * dimensions..<(i + 1) * dimensions
                let length = vectors[row].reduce(0) { $0 + $1 * $1 }.squareRoot()
                for j in row { vectors[j] /= length }
            }
        }

        func cosine(_ a: Int, _ b: Int) -> Double {
            (0..<dimensions).reduce(0) {
                $0 + Double(vectors[a * dimensions + $1]) * Double(vectors[b * dimensions + $1])
            }
        }

        /// The definition, computed anew for every pick.
        func definition(count: Int, diversity: Double, admits: ([Int], Int) -> Bool = { _, _ in true }) -> [Int] {
            let scores = relevance.map(Double.init)
            let lowest = scores.min() ?? 0
            let range = (scores.max() ?? 0) - lowest
            let lambda = 1 - diversity
            var picks: [Int] = []
            while picks.count < min(count, scores.count) {
                let open = scores.indices.filter { !picks.contains($0) }
                let admitted = open.filter { admits(picks, $0) }
                let value = { (i: Int) -> Double in
                    let share = (scores[i] - lowest) / range
                    guard let closest = picks.map({ cosine(i, $0) }).max() else { return share }
                    return lambda * share - (1 - lambda) * closest
                }
                guard let pick = (admitted.isEmpty ? open : admitted).max(by: { value($0) < value($1) }) else { break }
                picks.append(pick)
            }
            return picks
        }
    }

    static func select(_ list: List, count: Int, diversity: Float, limit: CategoryLimit? = nil) -> [Int] {
        var mmr = MMR()
        var picks = [99]
        mmr.select(
            count: count, relevance: list.relevance.span, vectors: list.vectors.span, dimensions: list.dimensions,
            diversity: diversity, limit: limit, into: &picks)
        return picks
    }

    @Test("The list of the definition", arguments: [0, 0.25, 0.5, 0.9, 1] as [Float])
    func definition(diversity: Float) {
        for seed in 1...5 as ClosedRange<UInt64> {
            for count in [1, 2, 15, 60] {
                let list = List(seed: seed, count: count)
                let expected = list.definition(count: 20, diversity: Double(diversity))
                #expect(Self.select(list, count: 20, diversity: diversity) == expected, "seed \(seed), \(count)")
            }
        }
    }

    @Test("Without diversity the order is that of relevance; with it, what is alike spreads")
    func meaning() {
        let list = List(seed: 8, count: 80)
        let byRelevance = list.relevance.indices.sorted { list.relevance[$0] > list.relevance[$1] }
        #expect(Self.select(list, count: 80, diversity: 0) == byRelevance)
        let closest = { (picks: [Int]) -> Double in
            picks.map { a in picks.map { a == $0 ? -1 : list.cosine(a, $0) }.max() ?? 0 }.reduce(0, +)
        }
        let diverse = Self.select(list, count: 10, diversity: 0.5)
        #expect(closest(diverse) < closest(Array(byRelevance.prefix(10))) - 1)
        #expect(diverse.first == byRelevance.first)
    }

    @Test("At most so many of a category within the window, free after it", arguments: [1, 2, 3])
    func categories(seed: UInt64) {
        let list = List(seed: seed, count: 60)
        let categories = (0..<60).map { UInt32($0 % 4) }
        for (most, window) in [(1, 3), (2, 8), (3, 10)] {
            let limit = CategoryLimit(categories: categories, most: most, window: window)
            let picks = Self.select(list, count: 30, diversity: 0.3, limit: limit)
            let expected = list.definition(count: 30, diversity: Double(0.3 as Float)) { picks, candidate in
                picks.count >= window
                    || picks.count { categories[$0] == categories[candidate] } < most
            }
            #expect(picks == expected, "most \(most), window \(window), seed \(seed)")
        }
    }

    @Test("A rule that nothing satisfies yields, and what has no category is not limited")
    func yields() {
        let list = List(seed: 4, count: 12)
        let same = CategoryLimit(categories: Array(repeating: 7, count: 12), most: 2, window: 10)
        #expect(Set(Self.select(list, count: 12, diversity: 0.3, limit: same)) == Set(0..<12))
        let none = CategoryLimit(categories: Array(repeating: CategoryLimit.none, count: 12), most: 1, window: 10)
        #expect(
            Self.select(list, count: 12, diversity: 0.3, limit: none) == Self.select(list, count: 12, diversity: 0.3))
    }

    @Test("Scores that say nothing, or are no numbers")
    func oddRelevance() {
        var list = List(seed: 5, count: 6)
        list.relevance = [.nan, 3, 3, .infinity, -.infinity, 3]
        let picks = Self.select(list, count: 6, diversity: 0)
        #expect(picks.sorted() == Array(0..<6) && picks.first == 3)
        list.relevance = Array(repeating: 0.5, count: 6)
        #expect(Self.select(list, count: 6, diversity: 0) == Array(0..<6))
        #expect(Self.select(list, count: 0, diversity: 0) == [])
        #expect(Self.select(List(seed: 1, count: 0), count: 5, diversity: 0.5) == [])
    }

    @Test("Scratch memory carries nothing over")
    func reuse() {
        var mmr = MMR()
        var picks: [Int] = []
        for count in [50, 3, 20] {
            let list = List(seed: UInt64(count), count: count)
            let limit = CategoryLimit(categories: (0..<count).map { UInt32($0 % 2) }, most: 1, window: 4)
            mmr.select(
                count: 10, relevance: list.relevance.span, vectors: list.vectors.span, dimensions: list.dimensions,
                diversity: 0.4, limit: limit, into: &picks)
            #expect(picks == Self.select(list, count: 10, diversity: 0.4, limit: limit))
        }
    }
}
