/// What is kept for how long, and how much of it in the process; times in seconds.
package struct HotCacheConfiguration: Sendable, Equatable {
    /// Begin of every key in Redis; caches with the same one share what they keep.
    package var prefix = "cascade"

    /// How long a list answers for its key.
    package var listSeconds = 30
    /// How long a user's last list is there to fall back on.
    package var lastListSeconds = 3_600
    /// How long a user's row is there to fall back on.
    package var userSeconds = 600
    /// How long popular items are there to fall back on.
    package var popularSeconds = 86_400

    /// Bounds of what one shard keeps in the process.
    package var localLists = LocalLimit(entries: 16_384, bytes: 16 << 20, seconds: 30)
    package var localLastLists = LocalLimit(entries: 8_192, bytes: 8 << 20, seconds: 60)
    package var localUsers = LocalLimit(entries: 4_096, bytes: 16 << 20, seconds: 60)
    package var localPopular = LocalLimit(entries: 1_024, bytes: 8 << 20, seconds: 86_400)

    /// The longest value taken from Redis or put there, in bytes.
    package var valueBytes = 1 << 20

    package init() {}
}

/// Bounds of one kind of thing in the process.
package struct LocalLimit: Sendable, Equatable {
    package var entries: Int
    /// Estimated memory.
    package var bytes: Int
    /// How long an entry is used.
    package var seconds: Int

    package init(entries: Int, bytes: Int, seconds: Int) {
        self.entries = entries
        self.bytes = bytes
        self.seconds = seconds
    }
}
