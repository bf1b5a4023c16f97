@testable import Training

/// Ratings of a planted structure: users and items have hidden vectors, and the label follows their dot product and the
/// item's genre.
enum PlantedClicks {
    static let users = 60
    static let items = 50

    /// Rows in three parts, about 70 % of all pairs.
    static func data(seed: UInt64 = 7, hasFields: Bool = true) throws -> ClickData {
        var random = RandomSource(seed: seed)
        func vectors(_ count: Int) -> [[Float]] { (0..<count).map { _ in (0..<3).map { _ in random.normal() } } }
        let (userVectors, itemVectors) = (vectors(users), vectors(items))
        var parts = [FeatureRows(), FeatureRows(), FeatureRows()]
        for user in 0..<users {
            for item in 0..<items where random.uniform() < 0.7 {
                let taste = zip(userVectors[user], itemVectors[item]).reduce(Float(0)) { $0 + $1.0 * $1.1 }
                let label: Float = taste + 0.5 * Float(item % 4) - 0.75 + 0.3 * random.normal() > 0 ? 1 : 0
                let part = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2][random.below(10)]
                parts[part].append(
                    label: label,
                    features: [
                        (Int32(user), 1), (Int32(100 + item), 1), (Int32(200 + item % 4), 1),
                    ])
            }
        }
        let fields = [
            FeatureField(name: "user", range: 0..<100), FeatureField(name: "item", range: 100..<200),
            FeatureField(name: "genre", range: 200..<204),
        ]
        return try ClickData(train: parts[0], valid: parts[1], test: parts[2], fields: hasFields ? fields : [])
    }

    /// Small and quick.
    static var teacher: TeacherSettings {
        var settings = TeacherSettings()
        settings.factors = 8
        settings.hidden = [16, 8]
        settings.dropout = 0.2
        settings.batch = 128
        settings.learningRate = 1e-2
        settings.decays = [1e-4, 1e-3]
        settings.initialLengths = [0.3]
        settings.members = 2
        settings.epochs = 25
        settings.threads = 1
        return settings
    }

    static var distillation: DistillationSettings {
        var settings = DistillationSettings()
        settings.factors = 8
        settings.hidden = [16, 16]
        settings.pruned = [8, 8]
        settings.batch = 128
        settings.pairsPerRow = 12
        settings.learningRate = 1e-2
        settings.epochs = 6
        return settings
    }

    /// What networks take, of the planted data.
    static func prepared() throws -> (schema: ClickSchema, rows: ClickRows, history: ClickHistory) {
        let data = try data()
        let schema = ClickSchema(data)
        let rows = ClickRows(data.train, schema: schema)
        return (schema, rows, ClickHistory(rows, userCount: users))
    }
}
