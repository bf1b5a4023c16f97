import Domain
import Models
import Testing

struct TwoTowerModelTests {
    private let bundle = ModelFixtures.bundle()
    private var model: TwoTowerModel { bundle.twoTower }

    private func user(_ items: [ItemNumber], attributes: [String] = []) -> UserState {
        var user = UserState(attributes: attributes)
        for (place, item) in items.enumerated() {
            let entry = HistoryEntry(item: item, kind: .click, weight: 1, timestamp: Int64(place))
            user.apply(entry, limits: UserState.Limits())
        }
        return user
    }

    private func encode(_ users: [UserState], items: ItemVectors) -> [[Float]] {
        var values = [Float](repeating: 0, count: users.count * model.dimensions)
        var span = values.mutableSpan
        var scratch = TwoTowerScratch()
        model.encodeUsers(users, items: items, into: &span, scratch: &scratch)
        return users.indices.map { Array(values[($0 * model.dimensions)..<(($0 + 1) * model.dimensions)]) }
    }

    private func length(_ vector: [Float]) -> Float { vector.reduce(0) { $0 + $1 * $1 }.squareRoot() }

    private func difference(_ a: [Float], _ b: [Float]) -> Float { zip(a, b).map { abs($0 - $1) }.max() ?? 0 }

    @Test func vectorsHaveTheirLengths() {
        let vectors = ModelFixtures.vectors(of: bundle)
        for item in 0..<ItemNumber(3) { #expect(abs(length(vectors.vector(of: item)) - 1) < 1e-5) }
        for vector in encode([user([]), user([0, 2])], items: vectors) {
            #expect(abs(length(vector) - 1 / model.temperature) < 1e-4)
        }
    }

    @Test func aBatchIsItsUsersOneByOne() {
        let vectors = ModelFixtures.vectors(of: bundle)
        let users = [user([]), user([0]), user([0, 1, 2, 1]), user([2], attributes: ["country=fr"])]
        let together = encode(users, items: vectors)
        for (place, user) in users.enumerated() {
            #expect(difference(encode([user], items: vectors)[0], together[place]) < 1e-4)
        }
        #expect(difference(together[0], together[1]) > 1e-2)
    }

    /// A catalogue is encoded in batches, an item that is put later alone.
    @Test func anItemAloneIsToTheBitWhatItIsAmongOthers() {
        let width = 64
        let shape = TwoTowerShape(
            dimensions: width, itemHidden: 64, userHidden: 1, items: 40, itemTokens: 0, userTokens: 0)
        let model = TwoTowerModel(
            shape: shape, temperature: 0.1, pooling: HistoryPooling(), items: Vocabulary((0..<40).map { "\($0)" }),
            itemTokens: Vocabulary([]), userTokens: Vocabulary([]),
            parameters: (0..<shape.layout.count).map { Float(($0 &* 2_654_435_761) % 10_007) / 10_007 - 0.5 })
        func vectors(_ rows: Range<Int32>) -> [Float] {
            var inputs = [Float](repeating: 0, count: rows.count * width)
            var outputs = inputs
            var biases = [Float](repeating: 0, count: rows.count)
            var inputSpan = inputs.mutableSpan
            var outputSpan = outputs.mutableSpan
            var biasSpan = biases.mutableSpan
            model.encodeItems(
                rows.map { ItemInput(row: $0, tokens: []) }, inputs: &inputSpan, vectors: &outputSpan,
                biases: &biasSpan)
            return outputs
        }
        let together = vectors(0..<40)
        #expect((0..<Int32(40)).flatMap { vectors($0..<$0 + 1) } == together)
    }

    @Test func attributesAndTheLatestItemCount() {
        let vectors = ModelFixtures.vectors(of: bundle)
        let found = encode(
            [user([0, 1]), user([1, 0]), user([0, 1], attributes: ["country=de"])], items: vectors)
        #expect(difference(found[0], found[1]) > 1e-3)
        #expect(difference(found[0], found[2]) > 1e-3)
        let unknown = encode([user([0, 1], attributes: ["country=xx"]), user([0, 1, 77])], items: vectors)
        #expect(unknown[0] == found[0])
        #expect(unknown[1].allSatisfy { $0.isFinite })
    }

    @Test func aNewItemWorksThroughItsTokens() {
        var vectors = ModelFixtures.vectors(of: bundle)
        bundle.encode([(3, Item(id: "new", categories: ["y"])), (4, Item(id: "blank"))], into: &vectors)
        #expect(vectors.count == 5)
        #expect(abs(length(vectors.vector(of: 3)) - 1) < 1e-5)
        #expect(vectors.vector(of: 3) != vectors.vector(of: 1))
        #expect(vectors.vector(of: 4).allSatisfy { $0.isFinite })
        let input = model.input(for: Item(id: "new", categories: ["y", "unheard of"]))
        #expect(input == ItemInput(row: nil, tokens: [1]))
    }

    @Test func aSnapshotStaysAsItWas() {
        let vectors = ModelFixtures.vectors(of: bundle)
        let before = vectors.vector(of: 1)
        var changed = vectors
        bundle.encode([(1, Item(id: "b", categories: ["x", "z"])), (600, Item(id: "a"))], into: &changed)
        #expect(vectors.vector(of: 1) == before)
        #expect(changed.vector(of: 1) != before)
        #expect(vectors.count == 3)
        #expect(changed.count == 601)
    }
}
