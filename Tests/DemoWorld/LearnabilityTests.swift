import DemoWorld
import Domain
import Foundation
import Testing

/// The world must have something to learn: simple models are held against popularity on its last tenth.
@Suite struct LearnabilityTests {
    /// Items of each user before and after the split, each once; those after it are new to the user.
    private struct Split {
        var before: [[Int]]
        var after: [[Int]]
        var holders: [[Int]]
    }

    private static let split: Split = {
        let configuration = SmallWorld.world.configuration
        let moment = configuration.end - 6 * 86_400_000
        let empty = [[Int]](repeating: [], count: configuration.users)
        var split = Split(before: empty, after: empty, holders: Array(repeating: [], count: configuration.items))
        for (user, item, event) in SmallWorld.interactions {
            if split.before[user].contains(item) || split.after[user].contains(item) { continue }
            if event.timestamp < moment {
                split.before[user].append(item)
                split.holders[item].append(user)
            } else {
                split.after[user].append(item)
            }
        }
        return split
    }()

    /// Mean Recall@20 of scores by user.
    private func recall(_ scores: (Int) -> [Double]) -> Double {
        var sum = 0.0
        var users = 0.0
        for user in Self.split.before.indices {
            let wanted = Self.split.after[user]
            guard !wanted.isEmpty, Self.split.before[user].count >= 3 else { continue }
            var list = scores(user)
            for item in Self.split.before[user] { list[item] = -1 }
            let top = list.indices.sorted { (list[$0], $1) > (list[$1], $0) }.prefix(20)
            sum += Double(top.filter(wanted.contains).count) / Double(min(20, wanted.count))
            users += 1
        }
        return sum / users
    }

    private var popularity: [Double] { Self.split.holders.map { Double($0.count) } }

    @Test func neighboursPredictFarBetterThanPopularity() {
        let popular = popularity
        let baseline = recall { _ in popular }
        let neighbours = recall { user in
            var list = [Double](repeating: 0, count: popular.count)
            for item in Self.split.before[user] {
                for other in Self.split.holders[item] where other != user {
                    let weight = 1 / (popular[item] * Double(Self.split.before[other].count)).squareRoot()
                    for candidate in Self.split.before[other] { list[candidate] += weight }
                }
            }
            return zip(list, popular).map { $1 > 0 ? $0 / $1.squareRoot() : 0 }
        }
        #expect(neighbours > 1.6 * baseline, "neighbours \(neighbours), popularity \(baseline)")
    }

    @Test func attributesCarrySignal() {
        let tokens = SmallWorld.world.items.map(\.tokens)
        let popular = popularity.map { $0.squareRoot() }
        let baseline = recall { _ in popular }
        let attributes = recall { user in
            var profile: [String: Double] = [:]
            for item in Self.split.before[user] { for token in tokens[item] { profile[token, default: 0] += 1 } }
            return tokens.indices.map { item in
                let match = tokens[item].reduce(0) { $0 + (profile[$1] ?? 0) }
                return match * match * popular[item]
            }
        }
        #expect(attributes > 1.15 * baseline, "attributes \(attributes), popularity \(baseline)")
    }

    /// A user's taste of the first weeks is nearer to itself than to that of the last weeks.
    @Test func tastesDrift() {
        let configuration = SmallWorld.world.configuration
        let middle = configuration.start / 2 + configuration.end / 2
        var profiles: [[[String: Double]]] = Array(
            repeating: [[:], [:], [:]], count: configuration.users)
        var seen = [Int](repeating: 0, count: configuration.users)
        for (user, item, event) in SmallWorld.interactions {
            let part = event.timestamp < middle ? seen[user] & 1 : 2
            seen[user] += 1
            profiles[user][part][SmallWorld.world.items[item].categories[0], default: 0] += 1
        }
        let rich = profiles.filter { $0.allSatisfy { $0.values.reduce(0, +) >= 15 } }
        let near = rich.map { cosine($0[0], $0[1]) }.reduce(0, +) / Double(rich.count)
        let far = rich.map { (cosine($0[0], $0[2]) + cosine($0[1], $0[2])) / 2 }.reduce(0, +) / Double(rich.count)
        #expect(rich.count >= 20)
        #expect(near > far + 0.05, "within \(near), across \(far)")
    }

    /// Users of one country are more alike than a random relabelling of the users makes them.
    @Test func attributesOfUsersGoWithTheirTaste() {
        var countries = [String](repeating: "", count: SmallWorld.world.configuration.users)
        for event in SmallWorld.events where event.type == Event.userAttributesType {
            if case .text(let country)? = event.fields["country"] { countries[SmallWorld.user(event)] = country }
        }
        let interactions = SmallWorld.interactions.map {
            (user: $0.user, category: SmallWorld.world.items[$0.item].categories[0])
        }
        func spread(_ labels: [String]) -> Double {
            var cells: [String: [String: Double]] = [:]
            for (user, category) in interactions { cells[labels[user], default: [:]][category, default: 0] += 1 }
            let all = cells.values.reduce(into: [String: Double]()) { $0.merge($1, uniquingKeysWith: +) }
            return cells.values.map { 1 - cosine($0, all) }.reduce(0, +)
        }
        var random = SystemRandom(state: 5)
        let chance = (0..<15).map { _ in spread(countries.shuffled(using: &random)) }
        #expect(spread(countries) > (chance.max() ?? 0))
    }

    private func cosine(_ a: [String: Double], _ b: [String: Double]) -> Double {
        func norm(_ vector: [String: Double]) -> Double { vector.values.map { $0 * $0 }.reduce(0, +).squareRoot() }
        return a.reduce(0) { $0 + $1.value * (b[$1.key] ?? 0) } / (norm(a) * norm(b))
    }
}

/// A seeded generator for relabelling.
private struct SystemRandom: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return (state >> 33) << 32 | (state &* 0x9E37_79B9_7F4A_7C15) >> 32
    }
}
