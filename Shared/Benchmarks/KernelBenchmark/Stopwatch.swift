/// Times pieces of work and prints the figures.
enum Stopwatch {
    /// Seconds of the fastest run, after one that warms up.
    static func fastest(of runs: Int, _ work: () -> Void) -> Double {
        work()
        let clock = ContinuousClock()
        var best = Duration.seconds(3_600)
        for _ in 0..<runs { best = min(best, clock.measure(work)) }
        return best / .seconds(1)
    }

    /// A line: what, microseconds, and a remark.
    static func report(_ what: String, _ seconds: Double, _ remark: String) {
        let padding = String(repeating: " ", count: max(1, 64 - what.count))
        print("\(what)\(padding)\(rounded(1e6 * seconds)) µs  \(remark)")
    }

    /// With one digit after the point.
    static func rounded(_ value: Double) -> Double {
        (10 * value).rounded() / 10
    }
}
