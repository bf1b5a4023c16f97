import CatalogueFollower
import Contracts
import Domain
import EventLog
import Glibc
import ItemFeatures
import Logging
import Synchronization

/// A copy of the catalogue that, asked to catch up, waits for the owner too: an event may name an item whose change of the
/// catalogue is in the log, but not yet published. Who writes a catalogue and then its events must not lose any.
///
/// The owner may be down: then it is waited for once, for some seconds, and not again until it has moved.
final class OwnedCatalogue: ItemCatalogue {
    let follower: CatalogueFollower
    private let log: any EventLog
    private let topics: Topics
    private let logger: Logger
    /// The marker that the owner stood at when it was given up.
    private let givenUp = Mutex<[UInt8]?>(nil)
    private let ready = Atomic(false)

    /// Milliseconds that the owner is waited for.
    private static let patience = 10_000
    private static let pause = 5

    /// What a role that is not ready says.
    static let reading = "The catalogue is being read: item-features has to have published it."

    init(_ follower: CatalogueFollower, log: any EventLog, topics: Topics, logger: Logger) {
        self.follower = follower
        self.log = log
        self.topics = topics
        self.logger = logger
    }

    func snapshot() -> CatalogueSnapshot { follower.snapshot() }
    func number(of id: String) -> ItemNumber? { follower.number(of: id) }
    func number(of id: String, at position: LogPosition) -> ItemNumber? { follower.number(of: id, at: position) }

    /// Blocks.
    func catchUp() {
        if let ends = try? log.endPositions(topic: topics.itemUpdates) {
            waitForOwner(ends, milliseconds: Self.patience)
        }
        follower.catchUp()
    }

    /// Whether the copy is complete, and the owner has ever published what the log has on the catalogue.
    var isReady: Bool { ready.load(ordering: .acquiring) }

    /// Returns once ``isReady``; a log that cannot be reached is tried again.
    /// - Throws: `CancellationError`.
    func becomeReady() async throws {
        try await follower.waitUntilCaughtUp()
        while true {
            if let ends = try? log.endPositions(topic: topics.itemUpdates) {
                let isEmpty = ends.lanes.allSatisfy { ends[$0] == .start }
                while !isEmpty, follower.positionMarker == nil { try await Task.sleep(for: .milliseconds(Self.pause)) }
                return ready.store(true, ordering: .releasing)
            }
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func covers(_ ends: LogPositions) -> Bool {
        guard let updates = follower.positionMarker.flatMap(PublishedPlaces.updates(inMarker:)) else { return false }
        return ends.lanes.allSatisfy { updates[$0] >= ends[$0] }
    }

    private func waitForOwner(_ ends: LogPositions, milliseconds: Int) {
        guard !covers(ends) else { return }
        if let marker = givenUp.withLock({ $0 }), marker == follower.positionMarker ?? [] { return }
        for _ in 0..<milliseconds / Self.pause {
            usleep(UInt32(1_000 * Self.pause))
            if covers(ends) { return givenUp.withLock { $0 = nil } }
        }
        givenUp.withLock { $0 = follower.positionMarker ?? [] }
        logger.warning(
            "item-features has not published all changes of the catalogue: events of its newest items are not taken in",
            ["waited.ms": LogValue(milliseconds)])
    }
}
