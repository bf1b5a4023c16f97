/// Where an outbox is, and its limits.
package struct OutboxConfiguration: Sendable {
    /// Of the SQLite file; its folder must be there.
    package var path: String
    /// Records that wait at most.
    package var maximumRecords: Int
    /// Bytes of waiting records at most, keys and ids included.
    package var maximumBytes: Int
    /// How long the log is waited for before a record is queued, in milliseconds.
    package var patienceMilliseconds: Int
    /// Records that are delivered together.
    package var batchRecords: Int
    /// Time between two tries to deliver, in milliseconds: the first, doubled with each try up to the last.
    package var retryMilliseconds: ClosedRange<Int>

    package init(
        path: String, maximumRecords: Int = 100_000, maximumBytes: Int = 256 << 20, patienceMilliseconds: Int = 1000,
        batchRecords: Int = 500, retryMilliseconds: ClosedRange<Int> = 100...2000
    ) {
        self.path = path
        self.maximumRecords = maximumRecords
        self.maximumBytes = maximumBytes
        self.patienceMilliseconds = patienceMilliseconds
        self.batchRecords = batchRecords
        self.retryMilliseconds = retryMilliseconds
    }
}
