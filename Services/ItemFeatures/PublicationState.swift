import Catalogue
import Domain
import EventLog

/// What of the catalogue is still to go out on item-features: marks, not rows, so that a log that does not answer costs
/// no memory and each row goes out once, as it then is.
struct PublicationState: Sendable {
    /// All statistics that had changed at one moment, on their way out.
    struct Cycle: Sendable {
        var backlog: [ItemNumber]
        /// What is true once they are out.
        let marker: PositionMarker
        /// The last checkpoint before the moment.
        let generation: Int64
    }

    /// Dead letters that may wait for Kafka before reading waits for them.
    static let maximumLetters = 1_000
    /// Rows of statistics that go out at a time.
    static let chunk = 2_000

    /// Items whose rows go out at once, and those of which only the statistics changed.
    var rows = MarkedNumbers()
    var counters = MarkedNumbers()
    var letters: [NewRecord] = []
    var cycle: Cycle?
    /// The last marker that is out, nil before the first.
    var marker: PositionMarker?
    /// Where the rows of all updates before are out.
    var publishedUpdates = LogPositions()
    /// Rows of this checkpoint and those before it are out.
    var publishedGeneration: Int64 = 0
    /// The ends of item-features' lanes as far as this process wrote them.
    var features: LogPositions
    var isStopped = false

    /// Goes on from a checkpoint.
    init(_ stored: ItemStore.Stored) {
        features = stored.features
        publishedGeneration = stored.publishedGeneration
        for number in stored.unpublished { rows.insert(number) }
    }
}
