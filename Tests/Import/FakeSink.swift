import Domain
import Import
import Synchronization

/// A sink that keeps everything in memory, as a log would: events by id, items by their latest update.
final class FakeSink: ImportSink {
    struct State {
        var events: [Event] = []
        var ids: Set<String> = []
        var catalogue: [String: ItemStanding] = [:]
        var itemWrites = 0
    }

    private let state = Mutex(State())

    var events: [Event] { state.withLock { $0.events } }
    var itemWrites: Int { state.withLock { $0.itemWrites } }

    var items: [String: Item] {
        state.withLock { state in
            state.catalogue.compactMapValues { if case .known(let item) = $0 { item } else { nil } }
        }
    }

    func delete(_ id: String) { state.withLock { $0.catalogue[id] = .deleted } }

    func standing(of id: String) -> ItemStanding { state.withLock { $0.catalogue[id] ?? .unknown } }

    func append(items: [Item]) async throws {
        state.withLock { state in
            for item in items { state.catalogue[item.id] = .known(item) }
            state.itemWrites += items.count
        }
    }

    func append(events: [Event]) async throws -> Int {
        state.withLock { state in
            var written = 0
            for event in events where state.ids.insert(event.id).inserted {
                state.events.append(event)
                written += 1
            }
            return written
        }
    }
}
