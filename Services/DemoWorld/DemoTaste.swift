#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// A taste that many users share: some kinds of thing, brands, a style and a price level of one department.
struct DemoTaste: Sendable {
    /// Its centre in the space of tastes, length 1.
    let centre: Latent
    /// Draws items that suit it, popular ones more often.
    let table: AliasTable
    /// The country and the age group whose users have it more often than others.
    let country: Int
    let ageGroup: Int

    /// Tastes of a world.
    static let count = 48
    /// How sharply a taste prefers what is near to its centre.
    static let sharpness = 12.0

    /// All tastes of a world.
    static func all(plan: DemoPlan, catalogue: DemoCatalogue, seed: UInt64) -> [DemoTaste] {
        var random = DemoRandom(seed: seed, stream: 3)
        return (0..<count).map { number in
            let department = number % plan.brands.count
            let own = plan.kinds.filter { $0.department == department }
            let category = random.below(Vocabulary.departments[department].categories.count)
            let inside = own.filter { $0.category == category }
            var centre = random.pick(inside).latent + random.pick(inside).latent + 0.6 * random.pick(own).latent
            for _ in 0..<2 { centre += DemoPlan.brandShare * random.pick(plan.brands[department]).latent }
            centre += 2 * DemoPlan.styleShare * random.pick(plan.styles)
            centre += DemoPlan.priceShare * Float(random.normal()) * plan.priceAxis
            let unit = centre.unit
            let weights = catalogue.latents.indices.map { index in
                pow(catalogue.popularity[index], 0.7) * exp(sharpness * Double(unit.dot(catalogue.latents[index])))
            }
            return DemoTaste(
                centre: unit, table: AliasTable(weights: weights),
                country: random.below(Vocabulary.countries.count), ageGroup: random.below(Vocabulary.ageGroups.count))
        }
    }
}
