public import Domain
public import Models
public import VectorIndex

/// A bundle and a catalogue as the services hold them: vectors of all items, the index over them, the facts that
/// features need.
public struct ServedCatalogue: Sendable {
    /// The models.
    public let bundle: ModelBundle
    /// What the models know of each item, by item number.
    public let vectors: ItemVectors
    /// The index of the items that may be recommended.
    public let index: FlatIndex
    /// What features need of each item.
    public let facts: ChunkedArray<ItemFacts>

    /// Encodes a catalogue. O(items × parameters of the item tower).
    public init(bundle: ModelBundle, items: [Item]) {
        self.bundle = bundle
        var vectors = bundle.makeItemVectors()
        bundle.encode(items.enumerated().map { (ItemNumber($0.offset), $0.element) }, into: &vectors)
        vectors.grow(to: items.count)
        self.vectors = vectors
        let dimensions = bundle.twoTower.dimensions
        var flat = [Float](repeating: 0, count: items.count * dimensions)
        var span = flat.mutableSpan
        vectors.copyVectors(into: &span)
        let biases = items.indices.map { vectors.bias(of: ItemNumber($0)) }
        let alive = items.map { !$0.isHidden }
        index = FlatIndex(
            dimensions: dimensions, count: items.count, vectors: flat.span, biases: biases.span, alive: alive.span)
        var facts = ChunkedArray<ItemFacts>()
        for item in items { facts.append(ItemFacts(item)) }
        self.facts = facts
    }
}
