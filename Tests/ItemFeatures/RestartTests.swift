import Contracts
import Domain
import ItemFeatures
import Testing
import TestSupport

@Suite struct RestartTests {
    /// A random change of the catalogue, or some events.
    enum Step {
        case put([Item])
        case delete(String)
        case events([Event])

        static func random(_ number: Int, using random: inout SeededGenerator) -> Step {
            func id() -> String { "i\(Int.random(in: 0..<60, using: &random))" }
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<3:
                return .put(
                    (0..<Int.random(in: 1...4, using: &random)).map { _ in
                        Item(
                            id: id(), title: "t\(Int.random(in: 0..<3, using: &random))",
                            categories: ["c\(Int.random(in: 0..<9, using: &random))", "c9"],
                            createdAt: Int64.random(in: 0..<1000, using: &random),
                            isHidden: Int.random(in: 0..<8, using: &random) == 0)
                    })
            case 3: return .delete(id())
            default:
                let types = ["view", "click", "like", "rating", "dislike", "impression", "purchase", "odd"]
                return .events(
                    (0..<Int.random(in: 1...6, using: &random)).map { place in
                        let type = types.randomElement(using: &random)!
                        return Event(
                            id: "\(number)-\(place)", type: type, user: "u\(Int.random(in: 0..<5, using: &random))",
                            items: type == "impression" ? [id(), id(), id()] : [id()],
                            timestamp: Int64(number) * 3_600_000 + Int64.random(in: 0..<9_000_000, using: &random),
                            value: Double(Int.random(in: 1...5, using: &random)))
                    })
            }
        }

        func run(on system: TestSystem) async throws {
            switch self {
            case .put(let items): try await system.items.put(items)
            case .delete(let id): _ = try await system.items.delete(id)
            case .events(let events): try await system.send(events)
            }
        }
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func aKillAtAnyMomentChangesNothing(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let uninterrupted = try TestSystem(in: TemporaryDirectory())
        let directory = try TemporaryDirectory()
        var interrupted: TestSystem? = try TestSystem(in: directory, checkpointInterval: 1)
        for number in 0..<150 {
            let step = Step.random(number, using: &random)
            try await step.run(on: uninterrupted)
            if let interrupted { try await step.run(on: interrupted) }
            switch Int.random(in: 0..<20, using: &random) {
            case 0:
                interrupted = nil
                interrupted = try TestSystem(in: directory, checkpointInterval: 1)
            case 1: try await interrupted?.items.flush()
            case 2:
                interrupted?.close()
                interrupted = try TestSystem(in: directory, checkpointInterval: 1_000_000)
            default: break
            }
        }
        interrupted = nil
        let reopened = try TestSystem(in: directory)
        try await expectEqual(reopened, uninterrupted)
        reopened.close()
        directory.removeDatabase("items.sqlite")
        let rebuilt = try TestSystem(in: directory)
        try await expectEqual(rebuilt, uninterrupted)
        rebuilt.close()
        uninterrupted.close()
    }

    private func expectEqual(_ one: TestSystem, _ other: TestSystem) async throws {
        try await one.items.flush()
        try await other.items.flush()
        let (a, b) = (one.items.snapshot(), other.items.snapshot())
        try #require(a.rows.count == b.rows.count)
        #expect(a.categoryCodes == b.categoryCodes)
        #expect(a.popular == b.popular)
        #expect(a.latest == b.latest)
        #expect(a.statistics.now == b.statistics.now)
        for index in 0..<a.rows.count {
            let (mine, its) = (a.rows[index], b.rows[index])
            #expect(mine.item == its.item && mine.availability == its.availability)
            #expect(mine.categories == its.categories && mine.answerFragment == its.answerFragment)
            #expect(a.facts[index] == b.facts[index])
            #expect(one.items.number(of: its.item.id) == ItemNumber(index))
            #expect(a.statistics[ItemNumber(index)] == b.statistics[ItemNumber(index)])
        }
    }

    @Test func anEventBeforeItsItemStaysUnknownAfterARebuild() async throws {
        let directory = try TemporaryDirectory()
        var system = try TestSystem(in: directory)
        try await system.send([Event(id: "1", type: "click", user: "u", items: ["late"], timestamp: 10)])
        try await system.items.put([Item(id: "late")])
        try await system.send([Event(id: "2", type: "click", user: "u", items: ["late"], timestamp: 20)])
        system.close()
        directory.removeDatabase("items.sqlite")
        system = try TestSystem(in: directory)
        #expect(system.items.snapshot().statistics[0].total == 1)
        system.close()
    }
}
