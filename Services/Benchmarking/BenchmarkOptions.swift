package import CommandLine

/// What every benchmark takes beside its files.
package struct BenchmarkOptions: Sendable {
    /// Threads of training and measuring.
    package let threads: Int
    /// Seed of everything random; a run with the same seed and number of threads repeats.
    package let seed: UInt64
    /// Where progress is shown.
    package let progress: ProgressOutput

    package init(threads: Int = 2, seed: UInt64 = 1, progress: ProgressOutput = .none) {
        self.threads = threads
        self.seed = seed
        self.progress = progress
    }
}
