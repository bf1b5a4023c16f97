import Contracts
import Domain

/// Items `i0`, `i1`, … whose numbers are in their names.
struct FixedCatalogue: ItemCatalogue {
    static let items: ItemNumber = 10_000

    private let empty = CatalogueSnapshot(
        version: 0, rows: ChunkedArray(), statistics: ItemStatistics(), facts: ChunkedArray(), categoryCodes: [:],
        popular: [], latest: [])

    func snapshot() -> CatalogueSnapshot { empty }

    func number(of id: String) -> ItemNumber? {
        guard id.utf8.first == UInt8(ascii: "i"), let number = ItemNumber(id.dropFirst()), number < Self.items else {
            return nil
        }
        return number
    }
}
