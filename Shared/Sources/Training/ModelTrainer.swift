import Domain
import Models

/// Trains the models of a bundle, one on top of the other.
///
/// A ranker must learn from recall scores as they are in serving: of items that the recall model was not shown for this
/// user. So each user's last interactions are kept from the recall model at first, the ranker learns from exactly those,
/// and then the recall model takes them in as well, in small steps that leave its space as it is. The same holds for the
/// links: those of the ranker's lessons know nothing of what it is asked. On the validation part the ranker is then blended
/// with what it started from as far as that is better than the recall score with company and popularity beside it. Where it
/// is not, a later training on everything (``ModelTrainerSettings/choice``) has no ranker to teach and keeps nothing from the
/// recall model.
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
    ///   - keeper: is asked at the end of each epoch and of each phase.
    /// - Throws: ``TrainingError``: no data, a setting that makes no sense, divergence, cancellation.
    public func train(
        _ data: TrainingData, resuming checkpoint: TrainingCheckpoint? = nil,
        keeper: (any CheckpointKeeper)? = nil, progress: (TrainingProgress) -> Bool = { _ in true }
    ) throws(TrainingError) -> TrainedModels {
        guard settings.trainsRanker, settings.choice?.isWithoutRanker != true else {
            return try recall(data, checkpoint, keeper, progress)
        }
        let started = ContinuousClock.now
        let course = try TrainingCourse(of: data, settings, resuming: checkpoint, keeper: keeper)
        func tell(_ report: TrainingProgress, _ share: Range<Double>) -> Bool {
            course.note(report)
            return progress(report.inShare(share).estimating(since: started))
        }
        let (model, ranked) = try learn(data, on: course, tell)
        let final = ServedCatalogue(bundle: bundle(model, data, data.train.indices), items: data.items)
        let blend = RankerBlend(
            ranker: ranked.rankers.int8, linear: ranked.linear, vectors: final.vectors,
            hasOrder: settings.recall == .nextItem, threads: settings.ranker.threads)
        let validator = RankerValidator(
            data.cases(of: data.validation), catalogue: final, settings: settings.ranker)
        let best = settings.choice.map { blend.measured($0, by: validator) } ?? blend.best(by: validator)
        let fit = RankerFit(
            RankerLists(length: 1, dimensions: model.dimensions, features: RankingFeature.count),
            moments: ranked.moments, validator: validator.asking(data.epochPlaces), catalogue: final,
            settings: settings.ranker)
        let recall = figures(of: model, data)
        return TrainedModels(
            twoTower: model, ranker: best.ranker, links: final.bundle.links, choice: best.choice,
            validation: Self.named("two-tower", recall).merging(Self.named("cascade", best.figures)) { first, _ in first
            },
            card: RankerCard(fit: fit, choice: best.choice).card(of: ranked.rankers),
            counts: counts(data, ranked.lists), curves: LearningCurves(course.curve))
    }

    /// The rankers of a training, and what is needed of their lessons afterwards.
    private struct Ranked {
        let rankers: RankerLadder.Trained
        let linear: [Float]
        let moments: FeatureMoments
        /// Lists there were.
        let lists: Int
    }

    /// The recall model, and the rankers that learnt from what it had not been shown.
    private func learn(
        _ data: TrainingData, on course: TrainingCourse, _ tell: (TrainingProgress, Range<Double>) -> Bool
    ) throws(TrainingError) -> (TwoTowerModel, Ranked) {
        let session = try recallSession(data)
        let ranked = try rank(data, with: session, on: course, tell)
        let model = try session.refresh(
            data.train, epochs: settings.refreshEpochs, rate: settings.refreshRate, on: course
        ) { tell($0, 0.85..<1) }
        return (model, ranked)
    }

    private func rank(
        _ data: TrainingData, with session: any RecallSession, on course: TrainingCourse,
        _ tell: (TrainingProgress, Range<Double>) -> Bool
    ) throws(TrainingError) -> Ranked {
        let questions = RankerQuestions(data, settings: settings.ranker)
        let early = try session.train(
            data.train.indices.filter { !questions.isHeldOut[$0] }.map { data.train[$0] }, phase: "two-tower",
            on: course
        ) { tell($0, 0..<0.65) }
        let catalogue = ServedCatalogue(
            bundle: bundle(early, data, data.train.indices.lazy.filter { !questions.isHeldOut[$0] }), items: data.items)
        let lists = RankerListBuilder(data: data, catalogue: catalogue, settings: settings.ranker)
            .lists(of: questions.indices)
        let validator = RankerValidator(
            data.cases(of: data.epochQuestions), catalogue: catalogue, settings: settings.ranker)
        let fit = RankerFit(lists, validator: validator, catalogue: catalogue, settings: settings.ranker)
        let linear = lists.linearModel(fit.moments, threads: settings.ranker.threads)
        let rankers = try RankerLadder(fit: fit, course: course).climb(from: linear) { tell($0, 0.65..<0.85) }
        return Ranked(rankers: rankers, linear: linear, moments: fit.moments, lists: lists.count)
    }

    /// The recall model alone, or with what is beside it where that serves: there is nothing to keep from it.
    private func recall(
        _ data: TrainingData, _ checkpoint: TrainingCheckpoint?, _ keeper: (any CheckpointKeeper)?,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> TrainedModels {
        let course = try TrainingCourse(of: data, settings, resuming: checkpoint, keeper: keeper)
        let model = try recallSession(data).train(data.train, phase: "two-tower", on: course) { report in
            course.note(report)
            return progress(report)
        }
        let figures = self.figures(of: model, data)
        let choice = settings.trainsRanker ? settings.choice : nil
        return TrainedModels(
            twoTower: model,
            ranker: choice.map { QuantisedRanker(linear: $0.recallWeights, dimensions: model.dimensions) },
            links: choice.flatMap { _ in bundle(model, data, data.train.indices).links }, choice: choice,
            validation: Self.named("two-tower", figures), card: nil, counts: counts(data, 0),
            curves: LearningCurves(course.curve))
    }

    private func figures(of model: TwoTowerModel, _ data: TrainingData) -> [String: Double] {
        TwoTowerValidator(data.validation, items: data.items, threads: settings.twoTower.threads).measure(model)
    }

    private func recallSession(_ data: TrainingData) throws(TrainingError) -> any RecallSession {
        switch settings.recall {
        case .nextItem: try TwoTowerSession(data, settings: settings.twoTower)
        case .graph: try GraphTowerSession(data, settings: settings.twoTower)
        }
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

    /// A recall model with the links of some of the training part's interactions.
    private func bundle(_ model: TwoTowerModel, _ data: TrainingData, _ places: some Sequence<Int>) -> ModelBundle {
        let links = ItemLinks(
            of: places.lazy.map { data.train[$0] }, users: data.userCount,
            rows: data.items.map { model.items.row(of: $0.id) }, count: model.items.count,
            roots: settings.recall == .graph ? .all : .latest, threads: settings.ranker.threads)
        return ModelBundle(
            version: "", twoTower: model, ranker: nil, links: links,
            description: BundleManifest.Description(created: "", trainingData: "", split: ""))
    }
}
