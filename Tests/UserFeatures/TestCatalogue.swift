import Contracts
import Domain
import Synchronization

/// A catalogue of items `i0`, `i1`, … with their numbers; some of them only become known when somebody catches up.
final class TestCatalogue: ItemCatalogue {
    private struct State {
        var known: Int
        var published: Int
        var catchUps = 0
    }

    private let state: Mutex<State>
    private let empty: CatalogueSnapshot

    init(items: Int, publishedItems: Int? = nil) {
        state = Mutex(State(known: items, published: publishedItems ?? items))
        empty = CatalogueSnapshot(
            version: 0, rows: ChunkedArray(), statistics: ItemStatistics(), facts: ChunkedArray(), categoryCodes: [:],
            popular: [], latest: [])
    }

    var catchUps: Int { state.withLock { $0.catchUps } }

    func snapshot() -> CatalogueSnapshot { empty }

    func number(of id: String) -> ItemNumber? {
        guard id.first == "i", let number = ItemNumber(id.dropFirst()) else { return nil }
        return state.withLock { Int(number) < $0.known ? number : nil }
    }

    func catchUp() {
        state.withLock { state in
            state.catchUps += 1
            state.known = state.published
        }
    }
}
