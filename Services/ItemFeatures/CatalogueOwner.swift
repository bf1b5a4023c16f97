import Contracts
import EventLog
import Synchronization
import Threads

/// The claims of the one process that owns the catalogue: on every partition of item-features.
final class CatalogueOwner: Sendable {
    private let topic: String
    private let claims: [PartitionClaim]
    private let stopped = Mutex<ItemFeaturesError?>(nil)

    /// The header of every record that the owner writes.
    let header: RecordHeader

    init(_ topic: String, log: any EventLog, instance: String) {
        self.topic = topic
        claims = (0..<log.partitions).map { PartitionClaim(topic, partition: $0, of: log, instance: instance) }
        header = claims[0].header
    }

    /// Why this process is the owner no more, nil while it is.
    var stopReason: ItemFeaturesError? { stopped.withLock { $0 } }

    /// Becomes the owner. Whoever was it finds that out, and stops. Blocks.
    func claim(timestamp: Int64) throws {
        let claims = claims
        try BlockingCall.run { for claim in claims { try await claim.claim(timestamp: timestamp) } }
    }

    /// Passes over what this process has written.
    func skip(_ outcomes: [AppendOutcome]) {
        for claim in claims { claim.skip(outcomes) }
    }

    /// Looks at what others have written since the last time. Calls must not overlap; blocks.
    /// - Returns: what they wrote: to be published again.
    /// - Throws: ``ItemFeaturesError`` when another process is the owner now, and from then on; `LogError`.
    func foreignWrites() throws -> PartitionClaim.ForeignWrites {
        if let stopReason { throw stopReason }
        do {
            var found = PartitionClaim.ForeignWrites()
            for claim in claims {
                let writes = try claim.foreignWrites()
                found.keys += writes.keys
                found.strangers += writes.strangers
            }
            return found
        } catch let lost as PartitionClaim.Lost {
            let error = ItemFeaturesError.takenOver(topic, by: lost.owner)
            stopped.withLock { $0 = error }
            throw error
        }
    }
}
