import Contracts
import Domain

/// Changes of the catalogue since a model began to be built over an older one.
struct MissedChanges {
    /// The catalogue with all of them; nil while there are none.
    private(set) var catalogue: CatalogueSnapshot?
    private var changed: Set<ItemNumber> = []
    private let version: UInt64

    /// - Parameter version: of the catalogue that the model is built over.
    init(since version: UInt64) {
        self.version = version
    }

    /// The items that changed.
    var numbers: [ItemNumber] { changed.sorted() }

    mutating func add(_ catalogue: CatalogueSnapshot, _ numbers: [ItemNumber]) {
        guard catalogue.version > version else { return }
        self.catalogue = catalogue
        changed.formUnion(numbers)
    }
}
