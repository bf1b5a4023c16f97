import Metrics
import ModelHost

/// What a scrape shows of the live model's index.
enum IndexMetrics {
    /// Registers the metrics of a host that recall searches with.
    static func register(_ host: ModelHost, in metrics: MetricRegistry) {
        func gauge(_ name: String, _ help: String, _ value: @escaping @Sendable (ModelIndexState) -> Double) {
            metrics.computedGauge("cascade_index_\(name)", help: help) { [weak host] in
                value(host?.indexState ?? ModelIndexState())
            }
        }
        func counter(_ name: String, _ help: String, _ value: @escaping @Sendable (ModelIndexState) -> Double) {
            metrics.computedCounter("cascade_index_\(name)", help: help) { [weak host] in
                value(host?.indexState ?? ModelIndexState())
            }
        }
        gauge("lists", "Lists that items are divided into; 0: all items are scanned.") { Double($0.lists) }
        gauge("rows", "Items that recall can find.") { Double($0.rows) }
        gauge("delta_rows", "Items inserted since the lists were made: every search scans them.") {
            Double($0.deltaRows)
        }
        gauge("dead_rows", "Rows in lists whose item was deleted or replaced since.") { Double($0.deadRows) }
        gauge("bytes", "Memory of the index.") { Double($0.bytes) }
        gauge("recall", "Part of the exact result that made-up users got when the lists were made.") {
            $0.measuredRecall
        }
        gauge("rebuilding", "1 while the index is being made anew.") { $0.isRebuilding ? 1 : 0 }
        gauge("last_rebuild_seconds", "How long that took the last time.") { $0.lastRebuildSeconds }
        counter("rebuilds_total", "Times that an index made anew took the old one's place.") { Double($0.rebuilds) }
        counter("failed_rebuilds_total", "Times that an index could not be made anew.") { Double($0.failedRebuilds) }
    }
}
