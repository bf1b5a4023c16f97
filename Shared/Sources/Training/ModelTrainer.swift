import Domain
import Models

/// Trains the models of a bundle, one on top of the other.
///
/// A ranker must learn from recall scores as they are in serving: of items that the recall model was not shown for this
/// user. So each user's last interactions are kept from the recall model at first, the ranker learns from exactly those,
/// and then the recall model takes them in as well, in small steps that leave its space as it is. On the validation part
/// the ranker is then blended with the recall score as far as that is best; it never makes the order worse there.
public struct ModelTrainer: Sendable {
    /// The settings.
    public let settings: ModelTrainerSettings

    /// A trainer.
    public init(settings: ModelTrainerSettings = ModelTrainerSettings()) { self.settings = settings }

    /// Trains the models. `progress` hears of each phase (`two-tower`, `ranker`, `refresh`) and ends the training by
    /// `false`.
    ///
    /// - Parameters:
    ///   - checkpoint: what an interrupted training left, to go on from; its ``TrainingCheckpoint/identity`` is that of
    ///     this training. The models are the same, bit for bit, as those of a training that nothing interrupted.
    ///   - keeper: is asked at the end of each epoch of the recall model.
    /// - Throws: ``TrainingError``: no data, a setting that makes no sense, divergence, cancellation.
    public func train(
        _ data: TrainingData, resuming checkpoint: TrainingCheckpoint? = nil,
        keeper: (any CheckpointKeeper)? = nil, progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> TrainedModels {
        guard settings.trainsRanker else {
            let model = try TwoTowerTrainer(settings: settings.twoTower).train(data, progress: progress)
            let figures = TwoTowerValidator(data, threads: settings.twoTower.threads).measure(model)
            return TrainedModels(
                twoTower: model, ranker: nil, rankerShare: 0, validation: Self.named("two-tower", figures), card: nil,
                counts: counts(data, 0), curves: LearningCurves([]))
        }
        let started = ContinuousClock.now
        var points = checkpoint?.curve ?? []
        func tell(_ report: TrainingProgress, _ share: Range<Double>) -> Bool {
            if let point = report.point { points.append(point) }
            return progress(report.inShare(share).estimating(since: started))
        }
        let questions = RankerQuestions(data, settings: settings.ranker)
        let session = try TwoTowerSession(data, settings: settings.twoTower)
        let identity = TrainingIdentity(data, settings)
        if let checkpoint { try checkpoint.check(identity, parameters: session.parameterCount) }
        let early = try session.train(
            data.train.indices.filter { !questions.isHeldOut[$0] }.map { data.train[$0] }, phase: "two-tower",
            resuming: checkpoint?.state,
            isDue: { keeper?.isDue ?? false },
            keep: { keeper?.keep(TrainingCheckpoint(identity: identity, curve: points, state: $0)) },
            { tell($0, 0..<0.65) })
        let catalogue = ServedCatalogue(bundle: Self.bundle(early), items: data.items)
        let lists = RankerListBuilder(data: data, catalogue: catalogue, settings: settings.ranker)
            .lists(of: questions.indices)
        let fit = RankerFit(
            lists, validator: RankerValidator(data, catalogue: catalogue, settings: settings.ranker),
            catalogue: catalogue, settings: settings.ranker)
        let rankers = try RankerLadder(fit: fit).climb { tell($0, 0.65..<0.85) }
        let model = try session.refresh(
            data.train, epochs: settings.refreshEpochs, rate: settings.refreshRate
        ) { tell($0, 0.85..<1) }
        let final = ServedCatalogue(bundle: Self.bundle(model), items: data.items)
        let validator = RankerValidator(data, catalogue: final, settings: settings.ranker)
        let shares = settings.rankerShare.map { [$0] } ?? RankerBlend.shares
        let best = RankerBlend(rankers.int8).best(of: shares, on: validator, vectors: final.vectors)
        let served = RankerFit(
            lists, moments: fit.moments, validator: validator, catalogue: final, settings: settings.ranker)
        return TrainedModels(
            twoTower: model, ranker: best.ranker, rankerShare: best.share,
            validation: Self.named("two-tower", validator.measureRecall()).merging(
                Self.named("cascade", best.figures)
            ) { first, _ in first },
            card: RankerCard(fit: served, share: best.share).card(of: rankers),
            counts: counts(data, lists.count), curves: LearningCurves(points))
    }

    private func counts(_ data: TrainingData, _ lists: Int) -> [String: Int] {
        [
            "users": data.userCount, "items": data.items.count, "interactions": data.train.count,
            "ranker lists": lists, "validation cases": data.validation.count,
        ]
    }

    private static func named(_ model: String, _ figures: [String: Double]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: figures.map { ("\(model).\($0.key)", $0.value) })
    }

    private static func bundle(_ model: TwoTowerModel) -> ModelBundle {
        ModelBundle(
            version: "", twoTower: model, ranker: nil,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }
}
