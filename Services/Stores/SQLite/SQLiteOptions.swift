/// How a database is opened.
package struct SQLiteOptions: Sendable {
    package enum Access: Sendable {
        /// Made when it is not there.
        case readWrite
        case readOnly
    }

    package enum Durability: Sendable {
        /// A commit returns when its bytes are on the device: survives a power failure.
        case full
        /// A commit survives the end of the process; a power failure may undo the last ones, never half of one.
        case normal
    }

    package var access: Access = .readWrite
    package var durability: Durability = .full
    /// How long a statement waits for another connection's lock.
    package var busyTimeoutMilliseconds = 5000
    /// Memory for pages, in bytes.
    package var pageCacheBytes = 8 << 20
    /// How much of the file reads may map instead of copying, in bytes.
    package var mappedBytes = 0
    /// Pages that the write-ahead log may have before a commit moves them to the file.
    package var checkpointPages = 1000
    /// Whether what is deleted is overwritten with zeros.
    package var overwritesDeleted = false
    /// The largest size of the file, nil for SQLite's own limit.
    package var maximumFileBytes: Int?

    package init() {}
}
