/// Where the words of the vocabulary lie in the space of tastes.
struct DemoPlan: Sendable {
    /// A kind of thing: a noun of a category.
    struct Kind: Sendable {
        let department: Int
        let category: Int
        let noun: Int
        /// Category and noun together.
        let latent: Latent
        /// Median price.
        let price: Double
    }

    /// A brand of a department.
    struct Brand: Sendable {
        let name: String
        let latent: Latent
        /// Logarithm of how much dearer than others it is.
        let level: Double
    }

    let kinds: [Kind]
    /// Brands by department.
    let brands: [[Brand]]
    /// By index into ``Vocabulary/styles``.
    let styles: [Latent]
    /// The direction of dear against cheap.
    let priceAxis: Latent

    /// How much of an item's place its brand, its style and its price decide; category and noun have 0.55 each.
    static let brandShare: Float = 0.45
    static let styleShare: Float = 0.35
    static let priceShare: Float = 0.3

    init(seed: UInt64) {
        var random = DemoRandom(seed: seed, stream: 1)
        priceAxis = .direction(&random)
        var kinds: [Kind] = []
        var brands: [[Brand]] = []
        for (number, department) in Vocabulary.departments.enumerated() {
            for (place, category) in department.categories.enumerated() {
                let direction = Latent.direction(&random)
                for noun in category.nouns.indices {
                    kinds.append(
                        Kind(
                            department: number, category: place, noun: noun,
                            latent: 0.55 * direction + 0.55 * Latent.direction(&random),
                            price: category.price * (0.6 + 0.8 * random.uniform())))
                }
            }
            brands.append(
                department.brands.map { name in
                    Brand(name: name, latent: .direction(&random), level: 0.4 * random.normal())
                })
        }
        self.kinds = kinds
        self.brands = brands
        styles = Vocabulary.styles.map { _ in Latent.direction(&random) }
    }
}
