package import Metrics

/// What a role counts of its checkpoints.
package struct CheckpointMetrics: Sendable {
    /// Nanoseconds of each.
    package let seconds: HistogramMetric
    /// Rows written and removed.
    package let rows: Counter
    /// Checkpoints that could not be written.
    package let failures: Counter

    package init(_ registry: MetricRegistry, role: String) {
        seconds = registry.histogram(
            "cascade_checkpoint_seconds", help: "Time a checkpoint takes, by role.", labels: ["role": role])
        rows = registry.counter(
            "cascade_checkpoint_rows_total", help: "Rows that checkpoints wrote or removed, by role.",
            labels: ["role": role])
        failures = registry.counter(
            "cascade_checkpoint_failures_total", help: "Checkpoints that could not be written, by role.",
            labels: ["role": role])
    }
}

extension CheckpointMetrics {
    /// Counts a checkpoint that was written. Only from the thread that writes them.
    package func record(rows count: Int, since start: ContinuousClock.Instant) {
        let (seconds, attoseconds) = (ContinuousClock.now - start).components
        self.seconds.record(UInt64(seconds) * 1_000_000_000 + UInt64(attoseconds / 1_000_000_000))
        rows.add(UInt64(count))
    }
}
