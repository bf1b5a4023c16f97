import Kernels
import Reranking
import VectorIndex

/// Times the kernels and what is built on them, on one thread: `swift run -c release kernel-benchmark`.
///
/// With `compare FOLDER` it is one side of `make bench-kernels`. Each line is the fastest of several runs, since what disturbs a run only ever makes it slower.
@main
struct KernelBenchmark {
    static func main() throws {
        try Kernels.selfCheck()
        if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "compare" {
            return try Comparison(folder: CommandLine.arguments[2]).run()
        }
        print("level \(Kernels.level)")
        products()
        training()
        search(count: 20_000)
        search(count: 100_000)
        rerank()
    }

    static func products() {
        for (m, n, k) in [(1_024, 2_048, 64), (1_024, 128, 64), (200, 128, 256), (8, 128, 128), (1, 200, 64)] {
            let a = Random.floats(m * k)
            let b = Random.floats(n * k)
            var c = [Float](repeating: 0, count: m * n)
            for (form, name) in ["NT", "NN", "TN"].enumerated() {
                let seconds = Stopwatch.fastest(of: 20) {
                    var span = c.mutableSpan
                    switch form {
                    case 0: Kernels.gemmNT(m: m, n: n, k: k, a: a.span, b: b.span, c: &span)
                    case 1: Kernels.gemmNN(m: m, n: n, k: k, a: a.span, b: b.span, c: &span)
                    default: Kernels.gemmTN(m: m, n: n, k: k, a: a.span, b: b.span, c: &span)
                    }
                }
                let rate = 2e-9 * Double(m * n * k) / seconds
                Stopwatch.report("gemm \(name) \(m)×\(n)×\(k)", seconds, "\(Stopwatch.rounded(rate)) GFLOP/s")
            }
        }
    }

    static func training() {
        let count = 1_000_000
        var p = Random.floats(count)
        let g = Random.floats(count)
        var m = [Float](repeating: 0, count: count)
        var v = m
        let adam = Stopwatch.fastest(of: 10) {
            var ps = p.mutableSpan
            var ms = m.mutableSpan
            var vs = v.mutableSpan
            Kernels.adamStep(
                parameters: &ps, gradients: g.span, first: &ms, second: &vs,
                settings: AdamSettings(rate: 0.001, step: 1))
        }
        Stopwatch.report("Adam, a million parameters", adam, "")
        var x = Random.floats(512 * 2_048)
        var lse = [Float](repeating: 0, count: 512)
        let softmax = Stopwatch.fastest(of: 10) {
            var rows = x.mutableSpan
            var sums = lse.mutableSpan
            Kernels.softmaxRows(rows: 512, columns: 2_048, &rows, logSumExp: &sums)
        }
        Stopwatch.report("softmax 512×2048", softmax, "")
    }

    static func search(count: Int) {
        let index = FlatIndex(dimensions: 64, count: count, vectors: Random.floats(count * 64).span)
        let queries = Random.floats(8 * 64)
        let scratch = SearchScratch()
        var results = SearchResults()
        var numbers = Random.numbers(8 * 1_000, below: UInt32(count))[...]
        let excluded = (0..<8).map { _ in
            defer { numbers = numbers.dropFirst(1_000) }
            return Array(numbers.prefix(1_000))
        }
        for (batch, k) in [(8, 200), (8, 1), (1, 200)] {
            for excluding in [[], excluded] where excluding.isEmpty || k == 200 {
                let lists = excluding.isEmpty ? [] : Array(excluding.prefix(batch))
                let seconds = Stopwatch.fastest(of: 100) {
                    index.search(
                        queries: queries.span.extracting(first: batch * 64), count: batch, k: k, excluding: lists,
                        scratch: scratch, results: &results)
                }
                let what = lists.isEmpty ? "" : ", 1000 excluded"
                Stopwatch.report(
                    "search \(k) of \(count)×64, batch of \(batch)\(what), a query", seconds / Double(batch), "")
            }
        }
    }

    static func rerank() {
        var vectors = Random.floats(200 * 64)
        for i in 0..<200 {
            var all = vectors.mutableSpan
            var row = all._mutatingExtracting(i * 64..<(i + 1) * 64)
            Kernels.normalise(&row)
        }
        let relevance = Random.floats(200)
        var mmr = MMR()
        var picks: [Int] = []
        let seconds = Stopwatch.fastest(of: 200) {
            mmr.select(
                count: 20, relevance: relevance.span, vectors: vectors.span, dimensions: 64, diversity: 0.3,
                into: &picks)
        }
        Stopwatch.report("MMR, 20 of 200×64", seconds, "")
    }
}
