import VectorIndex

/// How the index of the live model is doing, for metrics.
package struct ModelIndexState: Sendable, Equatable {
    /// Lists that items are divided into; 0 where all are scanned.
    package var lists = 0
    /// Items in it.
    package var rows = 0
    /// Items inserted since it was made, which every search scans.
    package var deltaRows = 0
    /// Rows that a search passes over, of items that were deleted or replaced since.
    package var deadRows = 0
    /// Bytes of memory.
    package var bytes = 0
    /// Part of the exact results that searches by made-up users found when it was made; 1 where all items are scanned.
    package var measuredRecall = 1.0
    /// Times that it was made anew, attempts that failed, and how long the last one took.
    package var rebuilds = 0
    package var failedRebuilds = 0
    package var lastRebuildSeconds = 0.0
    package var isRebuilding = false

    /// Nothing.
    package init() {}

    init(_ index: any VectorIndex, _ statistics: LiveIndexStatistics, measuredRecall: Double) {
        rows = index.aliveCount
        bytes = index.memory
        if let index = index as? IVFIndex {
            lists = index.lists
            deltaRows = index.insertedCount
            deadRows = index.replacedCount
            self.measuredRecall = measuredRecall
        }
        rebuilds = statistics.rebuilds
        failedRebuilds = statistics.failedRebuilds
        isRebuilding = statistics.isRebuilding
        if let last = statistics.lastRebuild { lastRebuildSeconds = last / .seconds(1) }
    }
}
