import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A user on the way through the period.
struct DemoUser: Sendable {
    let id: String
    /// Draws everything that the user does.
    var random: DemoRandom
    /// Events still to come.
    var remaining: Int
    /// Where the user is on the even time line that sessions are drawn on.
    var cursor: Int64
    /// The time of the latest event.
    var latest: Int64
    /// The user's tastes, index into ``DemoWorld/tastes``.
    let tastes: [Int]
    /// The user's own slant in the space of tastes, length 1.
    let slant: Latent
    let country: Int
    let ageGroup: Int
    /// Bought, to be rated at the next visit.
    var unrated: Int?
    /// Sessions and requests so far, for ids.
    var sessions = 0
    var requests = 0
    /// Events of the current session that are still to come, the next one last.
    var pending: [Event] = []

    /// All users of a world, with their shares of its events.
    static func all(of world: DemoWorld) -> [DemoUser] {
        let configuration = world.configuration
        var random = DemoRandom(seed: configuration.seed, stream: 4)
        let quotas = self.quotas(configuration: configuration, random: &random)
        let period = Double(configuration.end - configuration.start)
        return quotas.indices.map { index in
            var own = DemoRandom(seed: configuration.seed, stream: 1000 + UInt64(index))
            let country = own.below(Vocabulary.countries.count)
            let ageGroup = own.below(Vocabulary.ageGroups.count)
            let weights = world.tastes.map { taste in
                (taste.country == country ? 8.0 : 1) * (taste.ageGroup == ageGroup ? 4.0 : 1)
            }
            let table = AliasTable(weights: weights)
            let tastes = (0..<4).map { _ in table.draw(&own) }
            let joins = configuration.start + Int64(0.7 * period * pow(own.uniform(), 2.5))
            return DemoUser(
                id: "u\(index + 1)", random: own, remaining: quotas[index], cursor: joins, latest: joins,
                tastes: tastes,
                slant: .direction(&own), country: country, ageGroup: ageGroup)
        }
    }

    /// How many events each user has: skewed (log-normal, σ = 1), at least
    /// ``DemoWorld/Configuration/minimumEventsPerUser``, in sum exactly what the configuration says.
    private static func quotas(configuration: DemoWorld.Configuration, random: inout DemoRandom) -> [Int] {
        let minimum = DemoWorld.Configuration.minimumEventsPerUser
        let activity = (0..<configuration.users).map { _ in exp(min(random.normal(), 3)) }
        let free = Double(configuration.events - configuration.users * minimum)
        let scale = free / activity.reduce(0, +)
        var quotas = activity.map { minimum + Int($0 * scale) }
        let rest = configuration.events - quotas.reduce(0, +)
        for index in 0..<max(rest, 0) { quotas[index % quotas.count] += 1 }
        return quotas
    }

    /// One of the user's tastes, drawn from the mixture at a share `progress` in 0...1 of the period: the first taste
    /// fades from 0.60 to 0.15, the last grows from 0.05 to 0.50.
    mutating func taste(progress: Double) -> Int {
        let draw = random.uniform()
        let first = 0.6 - 0.45 * progress
        if draw < first { return tastes[0] }
        if draw < first + 0.25 { return tastes[1] }
        if draw < first + 0.35 { return tastes[2] }
        return tastes[3]
    }

    /// When the next session begins: the order statistics of uniform draws, one after the other, bent so that evenings
    /// have more of them than nights.
    mutating func nextStart(before end: Int64) -> Int64 {
        let left = max(1, Double(remaining) / DemoSession.meanLength)
        let span = Double(max(0, end - cursor))
        cursor += Int64(span * (1 - pow(random.uniform(), 1 / left)))
        let fraction = Double(cursor % DemoWorld.day) / Double(DemoWorld.day)
        let bend = 0.6 / (2 * Double.pi) * sin(2 * Double.pi * (fraction - 0.33))
        return max(cursor + Int64(bend * Double(DemoWorld.day)), latest + 1_800_000)
    }
}
