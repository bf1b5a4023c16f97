/// A partitioned, durable log of records with offsets and consumers: the truth from which every state is rebuilt.
///
/// A record's partition is ``Murmur2/partition(of:count:)`` of its key, exactly as Kafka's own clients choose it.
package protocol EventLog: Sendable {
    /// The number of partitions of each topic.
    var partitions: Int { get }

    /// The number of lanes: sequences that are read independently. Positions are ordered, and comparable, within a lane
    /// only; a topic's lanes together hold each of its records once. The embedded log has one lane with everything in it,
    /// Kafka one a partition.
    var lanes: Int { get }

    /// Whether ``append(_:)`` itself drops a record whose id was there before. Where it does not, consumers do.
    var isDeduplicating: Bool { get }

    /// The lane that a partition's records are in.
    func lane(of partition: Int) -> Int

    /// Appends records; returns only when they are durable and consumers in this process have been given them.
    ///
    /// Appends that wait at the same time share one commit. Within one call the order is kept. The embedded log stores
    /// all records of a call or none; Kafka each by itself, so that some may be there when the call throws, and its
    /// consumers are given them a moment after it returns.
    /// - Returns: one outcome for each record, in order.
    /// - Throws: ``LogError``; `overloaded` at once when too much is waiting already, `unavailable` when Kafka does not
    ///   answer.
    func append(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome]

    /// As ``append(_:)``, for imports: waits for room instead of reporting overload, and commits in large transactions
    /// that are each stored whole. Best given some 10,000 records at a time.
    func appendBulk(_ records: [NewRecord]) async throws(LogError) -> [AppendOutcome]

    /// The next records of a lane of a topic, in order, at most `limit`. Empty at the end or when there is no such topic.
    func read(topic: String, lane: Int, after position: LogPosition, limit: Int) throws(LogError) -> [LogRecord]

    /// Visits every record of a lane of a topic after a position, in order, without allocating for each, up to what is committed
    /// when the visit gets there, at least to the end it has at the call. Blocks the calling thread.
    /// - Parameter visit: returns whether to go on.
    /// - Throws: ``LogError``, or what `visit` throws.
    /// - Returns: the position of the last record visited, or `position` when there was none.
    @discardableResult
    func forEachRecord(
        topic: String, lane: Int, after position: LogPosition, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws -> LogPosition

    /// Delivers every record of some lanes of a topic, each lane's after its position and in order, each exactly once, in
    /// batches that are of one lane.
    ///
    /// Blocks until the consumer has everything that is there, then delivers what comes as it happens, on the log's
    /// thread; the embedded log does so before the append that caused it returns. Calls of `deliver` never overlap.
    /// `deliver` must not wait for an append to the embedded log.
    ///
    /// Records that Kafka's retention has removed before they were delivered are left out, counted and logged.
    /// - Throws: ``LogError``; `unknownPosition` when a lane ends before the place to go on from, `unavailable` when
    ///   Kafka does not answer.
    func subscribe(
        topic: String, after positions: LogPositions, deliver: @escaping @Sendable ([LogRecord]) -> Void
    ) throws(LogError) -> LogSubscription

    /// The position of the last record of a lane of a topic, ``LogPosition/start`` when there is none.
    func endPosition(topic: String, lane: Int) throws(LogError) -> LogPosition

    /// Erases every record of a key, so that neither file nor free space holds their bytes any longer.
    ///
    /// Positions and offsets of the others stay. The erased records' ids may be used again. Kafka cannot do it:
    /// `unsupported`; there a consumer erases what it made of the records when an event tells it to.
    /// - Parameter onErased: called when they are gone, after all deliveries of what was in the log until then and before
    ///   any of what comes later: where a consumer forgets what it made of them. Not called when the erasure fails.
    /// - Returns: how many there were.
    func eraseRecords(
        topic: String, key: String, onErased: @escaping @Sendable () -> Void
    ) async throws(LogError) -> Int

    /// Writes out what was accepted, ends deliveries and releases the files. Later calls throw `closed`.
    func close()
}

extension EventLog {
    /// As the form that tells when they are gone.
    package func eraseRecords(topic: String, key: String) async throws(LogError) -> Int {
        try await eraseRecords(topic: topic, key: key) {}
    }

    /// The positions of the last records of all lanes of a topic.
    package func endPositions(topic: String) throws(LogError) -> LogPositions {
        var positions = LogPositions()
        for lane in 0..<lanes { positions[lane] = try endPosition(topic: topic, lane: lane) }
        return positions
    }

    /// Visits every record of all lanes of a topic, one lane after the other.
    package func forEachRecord(
        topic: String, _ visit: (borrowing LogRecordView) throws -> Bool
    ) throws {
        for lane in 0..<lanes { try forEachRecord(topic: topic, lane: lane, after: .start, visit) }
    }
}
