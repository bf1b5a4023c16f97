import Domain

/// Bounds of every message, whoever wrote it.
package enum MessageLimits {
    /// Bytes of a message.
    package static let bytes = 16 << 20
    /// Memory that reading so many bytes may take. Lists of numbers take what they have on the wire, small texts and
    /// messages in messages a multiple: only of the first megabyte, so that no sender can ask for much.
    static func memory(toRead bytes: Int) -> Int { (64 << 10) + 24 * min(bytes, 1 << 20) + 2 * bytes }

    /// Times are within so many milliseconds of the epoch, as those of events are.
    static let moments: ClosedRange<Int64> = -(1 << 53)...(1 << 53)
    /// Item numbers are dense: none is near this.
    static let itemNumbers: ItemNumber = 1 << 28
    /// Versions and positions count upwards from 0: none is near this.
    static let counts: UInt64 = 1 << 62
    /// Queries, or users, of one call.
    package static let queries = 4096
    /// Candidates that a query may ask for.
    package static let candidates = 1 << 14
    /// Candidates that all queries of a call may ask for.
    static let candidatesOfAll = 1 << 20
    /// Length of a user vector.
    static let dimensions = 4096
    /// Features of the ranker.
    static let features = 1024
    /// Entries of a user's history, seen items, remembered ids.
    static let userEntries = 1 << 20
}
