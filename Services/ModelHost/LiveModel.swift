import Contracts
import Domain
package import Models
package import VectorIndex

/// A model bundle and everything that follows from it and the catalogue: immutable, what a batch works with from
/// beginning to end.
package final class LiveModel: Sendable {
    package let bundle: ModelBundle
    /// Of every row of the catalogue, hidden and deleted ones included.
    package let vectors: ItemVectors
    /// The available items only; empty where nobody searches.
    package let index: any VectorIndex
    /// The version of the catalogue that vectors and index follow.
    package let catalogueVersion: UInt64

    init(bundle: ModelBundle, vectors: ItemVectors, index: any VectorIndex, catalogueVersion: UInt64) {
        self.bundle = bundle
        self.vectors = vectors
        self.index = index
        self.catalogueVersion = catalogueVersion
    }

    /// The same after some items of the catalogue changed; the index' changes are made in `live`. O(changed items).
    func following(_ catalogue: CatalogueSnapshot, changed: [ItemNumber], in live: LiveIndex?) -> LiveModel {
        var vectors = vectors
        bundle.encode(changed.map { ($0, catalogue.rows[Int($0)].item) }, into: &vectors)
        let entries = changed.filter { catalogue.isAvailable($0) }.map {
            IndexEntry(number: $0, vector: vectors.vector(of: $0), bias: vectors.bias(of: $0))
        }
        let gone = changed.filter { !catalogue.isAvailable($0) }
        return LiveModel(
            bundle: bundle, vectors: vectors, index: live?.change(inserting: entries, deleting: gone) ?? index,
            catalogueVersion: catalogue.version)
    }

    /// The same with another index of the same items.
    func with(index: any VectorIndex) -> LiveModel {
        LiveModel(bundle: bundle, vectors: vectors, index: index, catalogueVersion: catalogueVersion)
    }
}
