public import Domain

/// The models that belong together, with what is known of their making: what one version of the system serves.
public struct ModelBundle: Sendable {
    /// Name of the version.
    public let version: String
    /// The recall model.
    public let twoTower: TwoTowerModel
    /// The ranking model; without one, candidates keep the order of the recall score.
    public let ranker: ServedRanker?
    /// What goes with each item; nil in a bundle that ranks without.
    public let links: ItemLinks?
    /// How much variety counts against score in re-ranking unless it is asked for otherwise: 0 leaves the order of the scores, 1 looks
    /// at variety alone.
    public let diversity: Float
    /// Where the models come from and how good they are.
    public let description: BundleManifest.Description

    /// The diversity of a bundle that says nothing of it.
    public static let usualDiversity: Float = 0.1

    /// A bundle in memory.
    public init(
        version: String, twoTower: TwoTowerModel, ranker: ServedRanker?, links: ItemLinks? = nil,
        diversity: Float = usualDiversity, description: BundleManifest.Description
    ) {
        precondition((links?.items ?? 0) <= twoTower.items.count, "links of items that the model does not know")
        self.version = version
        self.twoTower = twoTower
        self.ranker = ranker
        self.links = links
        self.diversity = diversity
        self.description = description
    }

    /// An empty table of the widths that these models need.
    public func makeItemVectors() -> ItemVectors {
        switch ranker {
        case .float(let ranker): ItemVectors(dimensions: twoTower.dimensions, rankerHalf: ranker.itemHalfWidth)
        case .int8(let ranker):
            ItemVectors(dimensions: twoTower.dimensions, rankerHalf: 0, int8Half: ranker.parameters.hidden1)
        case nil: ItemVectors(dimensions: twoTower.dimensions, rankerHalf: 0)
        }
    }

    /// Items that are encoded at a time.
    private static let encodingBatch = 512

    /// Computes everything that the models know of some items, and stores it under their numbers; the table grows as
    /// needed. Models and catalogue meet by the items' ids: numbers mean nothing to a bundle.
    public func encode(_ items: [(number: ItemNumber, item: Item)], into vectors: inout ItemVectors) {
        let width = twoTower.dimensions
        vectors.grow(to: (items.map { Int($0.number) + 1 }).max() ?? 0)
        for start in stride(from: 0, to: items.count, by: Self.encodingBatch) {
            let batch = items[start..<min(items.count, start + Self.encodingBatch)]
            var inputs = [Float](repeating: 0, count: batch.count * width)
            var outputs = inputs
            var biases = [Float](repeating: 0, count: batch.count)
            var inputSpan = inputs.mutableSpan
            var outputSpan = outputs.mutableSpan
            var biasSpan = biases.mutableSpan
            let tokens = batch.map { twoTower.input(for: $0.item) }
            twoTower.encodeItems(tokens, inputs: &inputSpan, vectors: &outputSpan, biases: &biasSpan)
            for (place, item) in batch.enumerated() {
                let row = Int(item.number)
                vectors.note(item.number, row: tokens[place].row)
                vectors.inputs.write(inputs.span.extracting((place * width)..<((place + 1) * width)), at: row)
                vectors.vectors.write(outputs.span.extracting((place * width)..<((place + 1) * width)), at: row)
                vectors.biases[row] = biases[place]
            }
            encodeHalves(batch.map(\.number), vectors: outputs.span, into: &vectors)
        }
    }

    /// Stores what the ranker's first layer gives for some items, of their vectors.
    private func encodeHalves(_ numbers: [ItemNumber], vectors outputs: Span<Float>, into vectors: inout ItemVectors) {
        switch ranker {
        case .float(let ranker):
            let half = ranker.itemHalfWidth
            var halves = [Float](repeating: 0, count: numbers.count * half)
            var span = halves.mutableSpan
            ranker.encodeItemHalves(numbers.count, vectors: outputs, into: &span)
            for (place, number) in numbers.enumerated() {
                vectors.rankerHalves.write(
                    halves.span.extracting((place * half)..<((place + 1) * half)), at: Int(number))
            }
        case .int8(let ranker):
            let halves = ranker.encodeItemHalves(numbers.count, vectors: outputs)
            for (place, number) in numbers.enumerated() { vectors.itemHalves.write(place, of: halves, at: Int(number)) }
        case nil: break
        }
    }
}
