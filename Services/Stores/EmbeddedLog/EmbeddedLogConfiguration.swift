/// Sizes and limits of an embedded log.
package struct EmbeddedLogConfiguration: Sendable {
    /// Partitions of each topic; an existing log keeps the number it was made with.
    package var partitions = 16
    /// Records that may wait for their commit; more are refused as `overloaded`.
    package var maximumQueuedRecords = 65_536
    /// Bytes of keys, ids and values that may wait for their commit.
    package var maximumQueuedBytes = 64 << 20
    /// Records that appends share one commit for.
    package var maximumCommitRecords = 4096
    /// Records of a bulk append that share one commit. Larger is quicker, and appends that wait for it wait longer.
    package var bulkCommitRecords = 16_384
    /// Memory for the writer's pages, in bytes; holds the index of ids while imports insert all over it.
    package var pageCacheBytes = 128 << 20
    /// The largest size of the file, nil for no limit but the device's.
    package var maximumFileBytes: Int?

    package init() {}
}
