package import Contracts
package import Domain
package import Models
package import VectorIndex

/// A model bundle and everything that follows from it and the catalogue: immutable, what a batch works with from
/// beginning to end.
package final class LiveModel: Sendable {
    package let bundle: ModelBundle
    /// Of every row of the catalogue, hidden and deleted ones included.
    package let vectors: ItemVectors
    /// The available items only.
    package let index: FlatIndex
    /// The version of the catalogue that vectors and index follow.
    package let catalogueVersion: UInt64

    private init(bundle: ModelBundle, vectors: ItemVectors, index: FlatIndex, catalogueVersion: UInt64) {
        self.bundle = bundle
        self.vectors = vectors
        self.index = index
        self.catalogueVersion = catalogueVersion
    }

    /// Computes the vectors of a whole catalogue and indexes them. O(items).
    package convenience init(bundle: ModelBundle, catalogue: CatalogueSnapshot) {
        let count = catalogue.rows.count
        var vectors = bundle.makeItemVectors()
        bundle.encode((0..<count).map { (ItemNumber($0), catalogue.rows[$0].item) }, into: &vectors)
        let dimensions = bundle.twoTower.dimensions
        var flat = [Float](repeating: 0, count: count * dimensions)
        var span = flat.mutableSpan
        vectors.copyVectors(into: &span)
        let biases = (0..<count).map { vectors.bias(of: ItemNumber($0)) }
        let alive = (0..<count).map { catalogue.rows[$0].isAvailable }
        let index = FlatIndex(
            dimensions: dimensions, count: count, vectors: flat.span, biases: biases.span, alive: alive.span)
        self.init(bundle: bundle, vectors: vectors, index: index, catalogueVersion: catalogue.version)
    }

    /// The same after some items of the catalogue changed. O(changed items).
    package func following(_ catalogue: CatalogueSnapshot, changed: [ItemNumber]) -> LiveModel {
        var vectors = vectors
        bundle.encode(changed.map { ($0, catalogue.rows[Int($0)].item) }, into: &vectors)
        let available = changed.filter { catalogue.isAvailable($0) }
        let gone = changed.filter { !catalogue.isAvailable($0) }
        let entries = available.map {
            IndexEntry(number: $0, vector: vectors.vector(of: $0), bias: vectors.bias(of: $0))
        }
        return LiveModel(
            bundle: bundle, vectors: vectors, index: index.inserting(entries).deleting(gone),
            catalogueVersion: catalogue.version)
    }
}
