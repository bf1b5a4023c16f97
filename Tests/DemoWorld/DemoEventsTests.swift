import DemoWorld
import Domain
import Testing

@Suite struct DemoEventsTests {
    let events = SmallWorld.events

    @Test func theSameConfigurationGivesTheSameWorld() {
        let configuration = DemoWorld.Configuration(end: SmallWorld.end, seed: 3, items: 60, users: 9, events: 300)
        let world = DemoWorld(configuration)
        let again = DemoWorld(configuration)
        #expect(world.items == again.items)
        #expect(Array(world.events) == Array(again.events))
        var other = configuration
        other.seed = 4
        #expect(DemoWorld(other).items != world.items)
        #expect(Array(DemoWorld(other).events) != Array(world.events))
    }

    @Test func aWorldOfAnotherDayIsTheSameButForTheShift() {
        let end = SmallWorld.end / DemoWorld.day * DemoWorld.day
        var configuration = DemoWorld.Configuration(end: end, seed: 3, items: 60, users: 9, events: 300)
        let world = DemoWorld(configuration)
        configuration.end += 11 * DemoWorld.day
        let later = DemoWorld(configuration)
        let shift = 11 * DemoWorld.day
        #expect(later.items.map(\.title) == world.items.map(\.title))
        #expect(later.items.map(\.createdAt) == world.items.map { $0.createdAt + shift })
        let shifted = world.events.map { event in
            var event = event
            event.timestamp += shift
            return event
        }
        #expect(Array(later.events) == shifted)
    }

    @Test func thereAreAsManyEventsAsAskedForInTimeOrderWithinThePeriod() throws {
        let configuration = SmallWorld.world.configuration
        #expect(events.count == configuration.events)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.timestamp <= $1.timestamp })
        #expect(try #require(events.first).timestamp >= configuration.start)
        #expect(try #require(events.last).timestamp <= configuration.end)
        #expect(zip(events, events.dropFirst()).allSatisfy { $0.id < $1.id }, "ids ascend")
        #expect(events.count { $0.timestamp == configuration.end } < events.count / 500)
        let lastDay = events.count { $0.timestamp > configuration.end - 86_400_000 }
        #expect(lastDay > events.count / (4 * configuration.days), "the period is busy up to its end")
    }

    @Test func everyUserIsDescribedFirstAndDoesSomething() {
        let byUser = Dictionary(grouping: events, by: \.user)
        #expect(byUser.count == SmallWorld.world.configuration.users)
        #expect(byUser.keys.allSatisfy { $0.first == "u" })
        for (_, own) in byUser {
            #expect(own.count >= DemoWorld.Configuration.minimumEventsPerUser)
            #expect(own[0].type == Event.userAttributesType)
            #expect(Set(own[0].fields.keys) == ["country", "age_group"])
            #expect(own.dropFirst().allSatisfy { $0.type != Event.userAttributesType && !$0.items.isEmpty })
        }
        let counts = byUser.values.map(\.count).sorted()
        #expect(counts[counts.count * 9 / 10] > 2 * counts[counts.count / 2], "activity is skewed")
    }

    @Test func itemsAreKnownAndAppearOnlyOnceTheyExist() {
        for event in events {
            for id in event.items {
                guard let number = SmallWorld.numbers[id] else {
                    Issue.record("\(event.id) names \(id), which is not in the catalogue")
                    continue
                }
                #expect(SmallWorld.world.items[number].createdAt <= event.timestamp)
            }
        }
        let young = events.count { event in
            event.items.contains { id in
                SmallWorld.numbers[id].map {
                    SmallWorld.world.items[$0].createdAt > SmallWorld.world.configuration.start
                }
                    ?? false
            }
        }
        #expect(young > 100, "new items are met as well")
    }

    @Test func clicksComeFromImpressionsAndFavourTheTop() {
        var shown: [String: [String]] = [:]
        var clicks = [Int](repeating: 0, count: 10)
        for event in events {
            if event.type == "impression" {
                #expect(Set(event.items).count == event.items.count && event.items.count >= 5)
                shown[event.requestID ?? ""] = event.items
            }
            guard event.type != "impression", let request = event.requestID else { continue }
            let position = event.position ?? -1
            let list = shown[request] ?? []
            #expect(list.indices.contains(position) && list[position] == event.items[0])
            if event.type == "click" { clicks[position] += 1 }
        }
        #expect(shown.count > events.count / 6)
        #expect(clicks[0] + clicks[1] + clicks[2] > 2 * (clicks[7] + clicks[8] + clicks[9]), "\(clicks)")
        #expect(clicks[9] > 0)
        #expect(Set(events.map(\.type)).isSuperset(of: ["view", "search", "like", "cart", "purchase", "rating"]))
    }
}
