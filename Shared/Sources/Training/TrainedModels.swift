public import Models

/// What a training made.
public struct TrainedModels: Sendable {
    /// The recall model.
    public let twoTower: TwoTowerModel
    /// The ranker; nil where none was asked for.
    public let ranker: QuantisedRanker?
    /// What goes with each item; nil where no ranker was asked for.
    public let links: ItemLinks?
    /// How they are served together; nil without a ranker.
    public let choice: ServingChoice?
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
            version: version, twoTower: twoTower, ranker: ranker.map { .int8($0) }, links: links,
            diversity: choice?.diversity ?? ModelBundle.usualDiversity, description: description)
    }
}
