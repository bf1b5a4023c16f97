import Testing

@testable import Training

struct ItemSetTests {
    @Test(arguments: [1, 63, 64, 65, 1000]) func itGivesEachItemOnceAndInOrder(limit: Int) {
        var random = RandomSource(seed: UInt64(limit))
        var set = ItemSet(limit: limit)
        var found: [Int32] = [7]
        for _ in 0..<3 {
            let items = (0..<200).map { _ in Int32(random.below(limit)) }
            for item in items { set.insert(item) }
            set.removeAll(into: &found)
            #expect(found == Set(items).sorted())
        }
        set.removeAll(into: &found)
        #expect(found.isEmpty)
    }
}
