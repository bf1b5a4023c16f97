import Testing

@testable import Models

@Suite struct ItemLinksTests {
    /// Random links of some items, weights from 0 to 1 and some of them none.
    static func random(items: Int, each: Int, seed: UInt64) -> ItemLinks {
        let values = ModelFixtures.uniform(items * each * 4, seed: seed)
        return ItemLinks(
            (0..<items).map { item in
                var targets: Set<Int32> = []
                return (0..<each).compactMap { link -> ItemLinks.Link? in
                    let base = (item * each + link) * 4
                    let target = Int32((values[base] + 0.5) * Float(items)) % Int32(items)
                    guard Int(target) != item, targets.insert(target).inserted else { return nil }
                    return ItemLinks.Link(
                        target: target,
                        weights: [max(0, values[base + 1]), values[base + 2] + 0.5, max(0, values[base + 3]), 0])
                }
            })
    }

    /// A byte is at most half a step off; the strongest of each kind is exact.
    @Test func weightsAreRoundedToBytes() {
        let list = (1...9).map { ItemLinks.Link(target: Int32($0), weights: [0.1 * Float($0), 1 / Float($0), 0, 0]) }
        let links = ItemLinks([list] + [[ItemLinks.Link]](repeating: [], count: 9))
        #expect(links.count == 9 && links.items == 10 && links[3].isEmpty)
        for (found, given) in zip(links[0], list) {
            #expect(found.target == given.target)
            #expect(abs(found.weights.x - given.weights.x) <= 0.9 / 127 / 2 + 1e-6)
            #expect(abs(found.weights.y - given.weights.y) <= 1.0 / 127 / 2 + 1e-6)
        }
        #expect(abs(links[0][8].weights.x - 0.9) < 1e-6 && abs(links[0][0].weights.y - 1) < 1e-6)
    }

    @Test func linksOfNothingAreLeftOut() {
        let links = ItemLinks(
            [
                [
                    ItemLinks.Link(target: 1, weights: .zero), ItemLinks.Link(target: 0, weights: [1, 0, 0, 0]),
                    ItemLinks.Link(target: 1, weights: [1e-9, 0, 0, 0]),
                ], [],
            ])
        #expect(links.count == 1)
    }
}
