public import Models

/// What a training made.
public struct TrainedModels: Sendable {
    /// The recall model.
    public let twoTower: TwoTowerModel
    /// The ranker; nil where none was asked for.
    public let ranker: QuantisedRanker?
    /// The ranker's share in the order that it and the recall score give together, 0…1.
    public let rankerShare: Float
    /// Figures on the validation part by name: `two-tower.ndcg@20`, `cascade.ndcg@20` and so on, the latter without
    /// re-ranking.
    public let validation: [String: Double]
    /// The rankers side by side on the validation part; nil where there is none.
    public let card: ReportCard?
    /// Counts of what was learned from by name.
    public let counts: [String: Int]
    /// How training went.
    public let curves: LearningCurves

    /// A bundle of these models.
    public func bundle(version: String, description: BundleManifest.Description) -> ModelBundle {
        ModelBundle(
            version: version, twoTower: twoTower, ranker: ranker.map { .int8($0) }, description: description)
    }
}
