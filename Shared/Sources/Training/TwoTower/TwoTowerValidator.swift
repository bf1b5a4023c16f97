import Domain
import Kernels
import Models

/// Measures a two-tower model alone on validation cases: full ranking over all items, seen ones left out.
struct TwoTowerValidator: Sendable {
    private let cases: [ValidationQuestion]
    private let items: [Item]
    private let threads: Int

    init(_ cases: [ValidationQuestion], items: [Item], threads: Int) {
        self.cases = cases
        self.items = items
        self.threads = max(1, threads)
    }

    /// Share of targets among the first 10 and 20, and NDCG@20; nothing without cases.
    func measure(_ model: TwoTowerModel) -> [String: Double] {
        guard !cases.isEmpty else { return [:] }
        let bundle = ModelBundle(
            version: "", twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
        var table = bundle.makeItemVectors()
        table.grow(to: items.count)
        bundle.encode(items.enumerated().map { (number: ItemNumber($0), item: $1) }, into: &table)
        let vectors = FloatBuffer(count: table.count * model.dimensions)
        let biases = FloatBuffer(count: table.count)
        for item in 0..<table.count { unsafe biases.base[item] = table.bias(of: ItemNumber(item)) }
        var copied = [Float](repeating: 0, count: table.count * model.dimensions)
        var output = copied.mutableSpan
        table.copyVectors(into: &output)
        vectors.assign(copied)
        let ranks = RankList(count: cases.count)
        let (items, cases, threads) = (table, cases, threads)
        Parallel.run(threads) { part in
            let range = Parallel.share(of: cases.count, part: part, parts: threads)
            Self.rank(cases, range, model, items, vectors, biases, ranks)
        }
        return ranks.figures
    }

    /// The place of each case's target among the items that its user has not seen.
    private static func rank(
        _ cases: [ValidationQuestion], _ range: Range<Int>, _ model: TwoTowerModel, _ items: ItemVectors,
        _ vectors: FloatBuffer, _ biases: FloatBuffer, _ ranks: RankList
    ) {
        let width = model.dimensions
        let count = items.count
        var scratch = TwoTowerScratch()
        let scores = FloatBuffer(count: 32 * count)
        var users = [Float](repeating: 0, count: 32 * width)
        for start in stride(from: range.lowerBound, to: range.upperBound, by: 32) {
            let batch = cases[start..<min(range.upperBound, start + 32)]
            users = [Float](repeating: 0, count: batch.count * width)
            var output = users.mutableSpan
            model.encodeUsers(batch.map(\.state), items: items, into: &output, scratch: &scratch)
            unsafe users.withUnsafeBufferPointer { users in
                guard let users = users.baseAddress else { return }
                unsafe Kernels.unsafeGemmNT(
                    m: batch.count, n: count, k: width, a: users, b: vectors.base, c: scores.base, bias: biases.base)
            }
            for (place, question) in batch.enumerated() {
                let row = unsafe scores.base + place * count
                let target = unsafe row[Int(question.target)]
                if question.state.seen.contains(question.target) { continue }
                for item in question.state.seen { unsafe row[Int(item)] = -.infinity }
                ranks.set(Int32(unsafe Kernels.unsafeCount(above: target, row, count: count)), at: start + place)
            }
        }
    }
}
