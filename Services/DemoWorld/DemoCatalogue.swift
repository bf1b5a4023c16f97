import Domain

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// The items of a world, and what only the world knows of them.
struct DemoCatalogue: Sendable {
    let items: [Item]
    /// Where each item lies in the space of tastes, length 1.
    let latents: [Latent]
    /// How popular each item is by itself: rank to the power of minus ``popularityExponent``, ranks shuffled.
    let popularity: [Double]
    /// What each item's picture adds to the logit of a click.
    let appeals: [Float]
    /// The kind of each item, index into ``DemoPlan/kinds``.
    let kinds: [UInt16]
    /// The items of each kind.
    let members: [[UInt32]]
    /// Items from here on appear during the period.
    let founding: Int
    /// Draws an item by popularity alone.
    let popular: AliasTable

    /// Popularity falls with the rank like rank^-0.85; taste mixes this, so that interactions, too, follow a power law with
    /// an exponent between 0.5 and 1.1 (the tests fit it).
    static let popularityExponent = 0.85

    init(configuration: DemoWorld.Configuration, plan: DemoPlan) {
        var random = DemoRandom(seed: configuration.seed, stream: 2)
        let count = configuration.items
        founding = max(8, count * 4 / 5)
        var items: [Item] = []
        var latents: [Latent] = []
        var kinds: [UInt16] = []
        var members = [[UInt32]](repeating: [], count: plan.kinds.count)
        let births = Self.births(configuration: configuration, founding: founding, random: &random)
        for index in 0..<count {
            let kind = random.below(plan.kinds.count)
            let (item, latent) = Self.item(
                id: "i\(index + 1)", kind: plan.kinds[kind], plan: plan, createdAt: births[index], random: &random)
            items.append(item)
            latents.append(latent)
            kinds.append(UInt16(kind))
            members[kind].append(UInt32(index))
        }
        var ranks = Array(1...count)
        for index in ranks.indices.dropFirst().reversed() { ranks.swapAt(index, random.below(index + 1)) }
        let popularity = ranks.map { pow(Double($0), -Self.popularityExponent) }
        appeals = items.map { _ in Float(0.6 * random.normal()) }
        popular = AliasTable(weights: popularity)
        self.items = items
        self.latents = latents
        self.kinds = kinds
        self.members = members
        self.popularity = popularity
    }

    /// Whether an item exists at a moment.
    func exists(_ item: Int, at moment: Int64) -> Bool { item < founding || items[item].createdAt <= moment }

    /// Times of creation, ascending: four fifths within the three years before the period, the rest within it.
    private static func births(
        configuration: DemoWorld.Configuration, founding: Int, random: inout DemoRandom
    ) -> [Int64] {
        let years = Double(3 * 365 * DemoWorld.day)
        let period = Double(configuration.end - configuration.start)
        return (0..<configuration.items).map { index in
            index < founding
                ? configuration.start - 1 - Int64(years * random.uniform())
                : configuration.start + Int64(period * random.uniform())
        }.sorted()
    }

    /// One item of a kind.
    private static func item(
        id: String, kind: DemoPlan.Kind, plan: DemoPlan, createdAt: Int64, random: inout DemoRandom
    ) -> (item: Item, latent: Latent) {
        let department = Vocabulary.departments[kind.department]
        let category = department.categories[kind.category]
        let brand = random.pick(plan.brands[kind.department])
        let style = random.below(Vocabulary.styles.count)
        let colour = random.pick(Vocabulary.colours)
        let line = random.pick(Vocabulary.series)
        let noun = category.nouns[kind.noun]
        let level = brand.level + 0.35 * random.normal()
        let parts = kind.latent + DemoPlan.brandShare * brand.latent + DemoPlan.styleShare * plan.styles[style]
        let own = 0.2 * Latent.direction(&random)
        let latent = (parts + own + DemoPlan.priceShare * Float(level) * plan.priceAxis).unit
        let item = Item(
            id: id, title: "\(brand.name) \(line) \(Vocabulary.styles[style]) \(noun)",
            categories: [category.name, noun],
            attributes: [
                "brand": .text(brand.name), "style": .text(Vocabulary.styles[style]), "colour": .text(colour),
                "line": .text(line),
            ],
            price: max(1, (kind.price * exp(level)).rounded()) - 0.05, createdAt: createdAt)
        return (item, latent)
    }
}
