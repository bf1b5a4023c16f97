import DemoWorld
import Domain
import Foundation
import Testing

@Suite struct DemoCatalogueTests {
    let items = SmallWorld.world.items

    @Test func theCatalogueReadsLikeOne() {
        #expect(items.map(\.id) == (1...600).map { "i\($0)" })
        #expect(Set(items.map(\.title)).count > items.count * 95 / 100)
        #expect(Set(items.flatMap(\.categories)).count > 100)
        #expect(Set(items.compactMap(\.categories.first)).count == 24)
        for item in items {
            #expect(item.title.split(separator: " ").count >= 4)
            #expect(item.categories.count == 2)
            #expect(Set(item.attributes.keys) == ["brand", "style", "colour", "line"])
            #expect(item.price.map { $0 > 0 } == true)
        }
        #expect(zip(items, items.dropFirst()).allSatisfy { $0.createdAt <= $1.createdAt })
    }

    @Test func pricesAreSpreadByCategory() {
        let groups = Dictionary(grouping: items) { $0.categories[0] }
        func median(_ name: String) -> Double {
            let prices = (groups[name] ?? []).compactMap(\.price).sorted()
            return prices.isEmpty ? 0 : prices[prices.count / 2]
        }
        #expect(median("Furniture") > 3 * median("Books"))
        let logs = (groups["Furniture"] ?? []).compactMap { $0.price.map { log($0) } }
        let mean = logs.reduce(0, +) / Double(logs.count)
        let deviation = (logs.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(logs.count)).squareRoot()
        #expect(deviation > 0.25 && deviation < 1.2, "\(deviation)")
    }

    /// Least squares of log(count) on log(rank) over the first quarter of the ranks.
    @Test func popularityFollowsAPowerLaw() {
        var counts = [Int](repeating: 0, count: items.count)
        for interaction in SmallWorld.interactions { counts[interaction.item] += 1 }
        let ranked = counts.sorted(by: >).prefix(items.count / 4)
        let points = ranked.enumerated().map { (x: log(Double($0.offset + 1)), y: log(Double($0.element))) }
        let x = points.map(\.x).reduce(0, +) / Double(points.count)
        let y = points.map(\.y).reduce(0, +) / Double(points.count)
        let xx = points.map { ($0.x - x) * ($0.x - x) }.reduce(0, +)
        let yy = points.map { ($0.y - y) * ($0.y - y) }.reduce(0, +)
        let xy = points.map { ($0.x - x) * ($0.y - y) }.reduce(0, +)
        let fit = xy * xy / (xx * yy)
        #expect(xy / xx > -1.1 && xy / xx < -0.5, "exponent \(xy / xx)")
        #expect(fit > 0.94, "R² \(fit)")
    }

    @Test func smallestSizesWork() {
        let world = DemoWorld(.init(end: SmallWorld.end, items: 0, users: 0, events: 0, days: 0))
        #expect(world.items.count == 16)
        #expect(Array(world.events).count == DemoWorld.Configuration.minimumEventsPerUser)
    }
}
