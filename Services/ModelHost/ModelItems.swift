import Checksum
import Contracts
import Domain
import Models
import VectorIndex

/// What of a model and a catalogue goes into an index: a vector, a bias, and whether it is there, for each item.
struct ModelItems: Sendable {
    let dimensions: Int
    let vectors: [Float]
    let biases: [Float]
    let alive: [Bool]

    var count: Int { alive.count }

    /// - Parameter isAlive: which of the items are there.
    init(_ vectors: ItemVectors, count: Int, isAlive: (ItemNumber) -> Bool) {
        dimensions = vectors.vectors.width
        var flat = [Float](repeating: 0, count: vectors.count * dimensions)
        var span = flat.mutableSpan
        vectors.copyVectors(into: &span)
        flat.removeLast(flat.count - count * dimensions)
        self.vectors = flat
        biases = (0..<count).map { vectors.bias(of: ItemNumber($0)) }
        alive = (0..<count).map { isAlive(ItemNumber($0)) }
    }

    /// All available items of a catalogue.
    init(_ vectors: ItemVectors, _ catalogue: CatalogueSnapshot) {
        self.init(vectors, count: catalogue.rows.count) { catalogue.isAvailable($0) }
    }

    /// An index that scans all of them.
    func flatIndex() -> FlatIndex {
        FlatIndex(
            dimensions: dimensions, count: count, vectors: vectors.span, biases: biases.span, alive: alive.span)
    }

    /// A number for each item that another vector or bias does not have; 0 for one that is not there. O(vectors).
    func fingerprints() -> [UInt64] {
        vectors.withUnsafeBytes { bytes in
            let size = dimensions * MemoryLayout<Float>.stride
            return (0..<count).map { item in
                guard alive[item] else { return 0 }
                let vector = UnsafeRawBufferPointer(rebasing: bytes[item * size..<(item + 1) * size])
                let mixed = (XXH3.checksum(of: vector) ^ UInt64(biases[item].bitPattern)) &* 0x9E37_79B9_7F4A_7C15
                return max(mixed, 1)
            }
        }
    }

    /// An item's place in an index.
    func entry(_ item: Int) -> IndexEntry {
        IndexEntry(
            number: UInt32(item), vector: Array(vectors[item * dimensions..<(item + 1) * dimensions]),
            bias: biases[item])
    }
}
