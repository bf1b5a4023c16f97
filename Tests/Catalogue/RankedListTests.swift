import Catalogue
import Contracts
import Domain
import TestSupport
import Testing

@Suite struct RankedListTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func itStaysTheBeginningOfTheOrderOfAll(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var keys: [Double?] = (0..<3_000).map { _ in Double(Int.random(in: 0..<500, using: &random)) }
        func entry(_ item: ItemNumber) -> RankedList.Entry? {
            keys[Int(item)].map { RankedList.Entry(key: $0, item: item) }
        }
        var list = RankedList(bestOf: keys.count, entry)
        var rebuilds = 0
        for round in 0..<50 {
            if round % 4 == 0 { keys.append(Double(Int.random(in: 0..<500, using: &random))) }
            var changed: Set<ItemNumber> = round % 4 == 0 ? [ItemNumber(keys.count - 1)] : []
            for _ in 0..<40 {
                // Mostly those at the top, so that the list runs short now and then.
                let item = list.entries.randomElement(using: &random)!.item
                keys[Int(item)] = Bool.random(using: &random) ? nil : Double(Int.random(in: 0..<500, using: &random))
                changed.insert(item)
            }
            list.update(changed, entry)
            if !list.isSufficient {
                list = RankedList(bestOf: keys.count, entry)
                rebuilds += 1
            }
            let all = (0..<ItemNumber(keys.count)).compactMap(entry).sorted(by: RankedList.Entry.precedes)
            #expect(list.numbers == all.prefix(CatalogueSnapshot.listLength).map(\.item), "seed \(seed) round \(round)")
        }
        #expect(rebuilds > 0)
    }

    @Test func aShortListHoldsAll() {
        var list = RankedList(bestOf: 3) { $0 == 1 ? nil : RankedList.Entry(key: 1, item: $0) }
        #expect(list.numbers == [0, 2] && list.isComplete)
        list.update([1, 2]) { $0 == 2 ? nil : RankedList.Entry(key: 2, item: $0) }
        #expect(list.numbers == [1, 0])
    }
}
