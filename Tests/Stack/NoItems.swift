import Contracts
import Domain
import EventLog

/// The catalogue of a gateway that could not read any yet.
struct NoItems: ItemFeaturesService {
    struct Away: Error {}

    func snapshot() -> CatalogueSnapshot {
        CatalogueSnapshot(
            version: 0, rows: ChunkedArray(), statistics: ItemStatistics(), facts: ChunkedArray(), categoryCodes: [:],
            popular: [], latest: [])
    }

    func number(of id: String) -> ItemNumber? { nil }
    func put(_ items: [Item]) async throws { throw Away() }
    func delete(_ id: String) async throws -> Bool { throw Away() }
}
