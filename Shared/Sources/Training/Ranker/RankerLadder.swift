import Kernels
import Models

/// From a large float teacher to a small int8 student: trains one after the other on the same lists.
struct RankerLadder {
    /// The rankers of a training.
    struct Trained {
        let teacher: TeacherNetwork
        let student: StudentNetwork
        let pruned: StudentNetwork
        let int8: QuantisedRanker
        /// Whether rounding to int8 lost so much on validation that the student was trained with it.
        let isTuned: Bool
    }

    let fit: RankerFit
    let course: TrainingCourse

    private var settings: RankerSettings { fit.settings }
    /// Lists that neurons are judged and values are measured by.
    private static let judged = 512

    /// Trains all. `progress` as in ``TwoTowerTrainer``, with the phases `teacher`, `student`, `pruned` and `int8`.
    ///
    /// - Parameter linear: the weights of the features that all start from.
    func climb(from linear: [Float], _ progress: (TrainingProgress) -> Bool) throws(TrainingError) -> Trained {
        let (dimensions, features) = (fit.lists.dimensions, fit.lists.features)
        let teacher = TeacherNetwork(
            shape: TeacherShape(
                dimensions: dimensions, features: features, items: fit.vectors.count / dimensions,
                embedding: settings.teacher.embedding, crosses: settings.teacher.crosses, rank: settings.teacher.rank,
                deep: settings.teacher.deep, heads: settings.teacher.worthShare > 0 ? 2 : 1),
            l2: settings.teacher.decay, embeddingL2: settings.teacher.embeddingDecay)
        teacher.initialise(moments: fit.moments, linear: linear, seed: settings.seed)
        let student = StudentNetwork(
            shape: StudentShape(dimensions: dimensions, features: features, hidden: settings.student.hidden),
            l2: settings.student.decay)
        student.initialise(moments: fit.moments, linear: linear, seed: settings.seed)
        let hasLists = fit.lists.count > 0
        if hasLists {
            try fit.run(
                teacher,
                RankerFit.Plan(
                    phase: "teacher", epochs: settings.epochs, rate: settings.teacher.learningRate,
                    patience: settings.patience, figure: .ndcg, keepsStart: true),
                loss: ListLoss(lists: fit.lists, worthShare: settings.teacher.worthShare), on: course
            ) { progress($0.inShare(0..<0.6)) }
        }
        let loss = ListLoss(
            lists: fit.lists, teacher: hasLists ? fit.listScores(of: teacher) : nil,
            temperature: settings.student.temperature, hardShare: settings.student.hardShare)
        if hasLists {
            try tune(student, "student", settings.student.epochs, share: 1, loss, keepsStart: true) {
                progress($0.inShare(0.6..<0.8))
            }
        }
        let pruned = prune(student, loss)
        if hasLists {
            try tune(pruned, "pruned", settings.student.tuningEpochs, share: 0.25, loss, keepsStart: false) {
                progress($0.inShare(0.8..<0.9))
            }
        }
        let (int8, isTuned) = try quantise(pruned, loss) { progress($0.inShare(0.9..<1)) }
        return Trained(teacher: teacher, student: student, pruned: pruned, int8: int8, isTuned: isTuned)
    }

    private func tune(
        _ student: StudentNetwork, _ phase: String, _ epochs: Int, share: Float, _ loss: ListLoss, keepsStart: Bool,
        ranges: StudentRanges? = nil, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) {
        student.rounding = ranges
        defer { student.rounding = nil }
        try fit.run(
            student,
            RankerFit.Plan(
                phase: phase, epochs: epochs, rate: share * settings.student.learningRate, patience: epochs,
                figure: .auc,
                keepsStart: keepsStart),
            loss: loss, rounding: ranges.map { ranges in { student.takeRounded($0, ranges) } },
            on: course, progress)
    }

    /// A pass over some lists.
    private func sample(_ network: StudentNetwork) -> (batch: RankerBatch, work: StudentNetwork.Workspace, count: Int) {
        let count = min(fit.lists.count, Self.judged)
        let rows = count * fit.lists.length
        let batch = fit.batch(rows: rows, lists: count, heads: 1)
        let step = max(1, fit.lists.count / max(1, count))
        batch.gather((0..<count).map { $0 * step }[...], from: fit.lists)
        return (batch, network.makeWorkspace(rows: rows, lists: count), count)
    }

    /// The student without its least important neurons.
    private func prune(_ student: StudentNetwork, _ loss: ListLoss) -> StudentNetwork {
        let (batch, work, count) = sample(student)
        var importances = student.shape.hidden.map { [Float](repeating: 0, count: $0) }
        if count > 0 {
            let step = max(1, fit.lists.count / count)
            student.forward(batch, work)
            _ = loss.replaceOutputs(of: batch, for: (0..<count).map { $0 * step }[...], heads: 1)
            student.backward(batch, work, into: FloatBuffer(count: student.parameters.count))
            for layer in importances.indices {
                NeuronSelection.add(
                    rows: batch.rows, values: work.hidden[layer], gradients: work.gradients[layer],
                    to: &importances[layer])
            }
        }
        return student.keeping(NeuronSelection.kept(importances, widths: settings.student.pruned))
    }

    /// The student in int8; trained on with rounding where rounding alone loses more than is tolerated, and that helps.
    private func quantise(
        _ pruned: StudentNetwork, _ loss: ListLoss, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> (QuantisedRanker, isTuned: Bool) {
        let ranges = ranges(of: pruned)
        let plain = int8(pruned, ranges)
        guard fit.validator.answerable > 0, fit.lists.count > 0 else { return (plain, false) }
        let whole = auc(fit.scores(of: pruned))
        let lost = whole - auc(of: plain)
        guard lost > settings.student.tolerance else { return (plain, false) }
        let tuned = pruned.keeping(pruned.shape.hidden.map { Array(0..<$0) })
        try tune(
            tuned, "int8", settings.student.tuningEpochs, share: 0.125, loss, keepsStart: false, ranges: ranges,
            progress)
        let second = int8(tuned, ranges)
        return whole - auc(of: second) < lost ? (second, true) : (plain, false)
    }

    private func ranges(of network: StudentNetwork) -> StudentRanges {
        let (batch, work, _) = sample(network)
        return StudentRanges(of: network, on: batch, work)
    }

    private func int8(_ network: StudentNetwork, _ ranges: StudentRanges) -> QuantisedRanker {
        network.quantised(ranges, moments: fit.moments, userScale: fit.userScale)
    }

    private func auc(of ranker: QuantisedRanker) -> Double {
        let vectors = fit.catalogue.vectors
        return auc(
            fit.validator.lists.scores(threads: settings.threads) { QuantisedScorer(ranker, vectors: vectors) })
    }

    private func auc(_ scores: [Float]) -> Double { fit.validator.auc(of: scores, threads: settings.threads) }
}
