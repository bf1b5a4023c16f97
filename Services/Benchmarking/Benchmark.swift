/// The public benchmarks that `cascade evaluate --benchmark` knows, by the names that scripts use.
package enum Benchmark: String, CaseIterable, Sendable {
    /// Recall: a split of users' items in the form of the LightGCN paper.
    case lightgcn
    /// Ranking: clicks in the libFM form.
    case ctr
    /// Recall and re-ranking: users' items in time order, the last one to be found.
    case sequences

    /// Trains on the benchmark's files and measures.
    ///
    /// - Parameter path: the folder or file that the benchmark reads.
    package func run(path: String, options: BenchmarkOptions) throws -> BenchmarkReport {
        switch self {
        case .lightgcn: try GraphBenchmark.run(folder: path, options: options)
        case .ctr: try CTRBenchmark.run(folder: path, options: options)
        case .sequences: try SequenceBenchmark.run(file: path, options: options)
        }
    }
}
