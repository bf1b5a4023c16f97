import Kernels

/// Teaches students what a ``ClickTeacher`` knows (Hinton et al., Distilling the knowledge in a neural network, 2015): its
/// logits at a temperature, on the training rows, whose own labels count as well, and on many more rows that are made up
/// of one row's request and another's item, of which the teacher alone knows what they are worth.
struct ClickDistiller: Sendable {
    private let schema: ClickSchema
    private let history: ClickHistory
    private let settings: DistillationSettings
    /// Training rows, then made-up ones, in an order of chance.
    private let rows: ClickRows
    private let trainCount: Int
    /// The teacher's logits.
    private let targets: [Float]
    private let valid: ClickRows
    private let seed: UInt64

    init(
        of teacher: ClickTeacher, schema: ClickSchema, train: ClickRows, valid: ClickRows,
        settings: DistillationSettings, threads: Int, seed: UInt64
    ) {
        self.schema = schema
        self.settings = settings
        self.valid = valid
        self.seed = seed
        history = teacher.history
        var random = RandomSource(seed: seed &+ 0xD157)
        func share(of numbers: [Int32]) -> Float { Float(numbers.count { $0 < 0 }) / Float(max(1, numbers.count)) }
        let pairs = ClickRows(
            pairing: train, schema: schema, count: min(settings.mostPairs, settings.pairsPerRow * train.count),
            newUsers: max(Self.leastNew, share(of: valid.users)), newItems: max(Self.leastNew, share(of: valid.items)),
            random: &random)
        trainCount = train.count
        targets = teacher.logits(of: train, own: true, threads: threads) + teacher.logits(of: pairs, threads: threads)
        var rows = train
        rows.append(pairs)
        self.rows = rows
    }

    /// The least share of made-up rows without the feature that names the user or the item.
    private static let leastNew: Float = 0.02
    /// Batches that neurons are judged by.
    private static let judged = 40

    /// A student from scratch.
    func train(_ progress: (TrainingProgress) -> Bool) throws(TrainingError) -> ClickStudent {
        let shape = ClickNetworkShape(
            schema: schema, factors: settings.factors, hidden: settings.hidden, sideBlocks: 1, hasHistory: false)
        let network = network(of: shape)
        let positives = valid.labels.reduce(0, +) / Float(valid.count)
        network.initialise(positives: positives, initialLength: settings.initialLength, seed: seed)
        return try fit(
            network, "student", epochs: settings.epochs, rate: settings.learningRate, rounding: nil, progress)
    }

    /// The student without its least important neurons, trained on.
    func prune(_ student: ClickStudent, _ progress: (TrainingProgress) -> Bool) throws(TrainingError) -> ClickStudent {
        let judge = network(of: student.shape)
        judge.parameters.assign(student.parameters)
        var importances = student.shape.layers.map { [Float](repeating: 0, count: $0.outputs) }
        var random = RandomSource(seed: seed &+ 0x9121)
        let order = (0..<min(rows.count, Self.judged * settings.batch)).map { _ in random.below(rows.count) }
        for start in stride(from: 0, to: order.count, by: settings.batch) {
            let chosen = order[start..<min(order.count, start + settings.batch)]
            _ = judge.accumulateGradients(
                of: chosen, in: rows, own: false, dropout: 0, random: &random, loss: loss)
            judge.addImportances(rows: chosen.count, to: &importances)
        }
        let (shape, parameters) = NeuronPruning(schema: schema, importances: importances)
            .prune(student.shape, student.parameters, to: settings.pruned)
        let network = network(of: shape)
        network.parameters.assign(parameters)
        return try fit(
            network, "pruned", epochs: settings.tuningEpochs, rate: settings.learningRate / 4, rounding: nil, progress)
    }

    /// The student trained on as int8 serving will round it.
    func tune(
        _ student: ClickStudent, activations: [Activations], _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> ClickStudent {
        let network = network(of: student.shape)
        network.parameters.assign(student.parameters)
        return try fit(
            network, "int8", epochs: settings.tuningEpochs, rate: settings.learningRate / 8,
            rounding: StudentRounding(shape: student.shape, activations: activations), progress)
    }

    private func network(of shape: ClickNetworkShape) -> ClickNetwork {
        ClickNetwork(shape: shape, history: history, batch: settings.batch)
    }

    /// Of a row, given the student's logit. With T the temperature, the teacher's share is T²·(cross entropy of σ(logit/T)
    /// against the teacher's σ), whose gradient does not depend on T in size.
    private func loss(_ row: Int, _ logit: Float) -> (value: Float, slope: Float) {
        let temperature = settings.temperature
        let (soft, slope) = softplus(logit / temperature)
        let target = softplus(targets[row] / temperature).slope
        let value = temperature * temperature * (soft - target * logit / temperature)
        guard row < trainCount else { return (value, temperature * (slope - target)) }
        let (hard, hardSlope) = softplus(logit)
        let share = settings.hardShare
        return (
            (1 - share) * value + share * (hard - rows.labels[row] * logit),
            (1 - share) * temperature * (slope - target) + share * (hardSlope - rows.labels[row])
        )
    }

    /// Adam, the step size falling to zero; the state after the epoch with the best AUC on the validation part.
    private func fit(
        _ network: ClickNetwork, _ phase: String, epochs: Int, rate: Float, rounding: StudentRounding?,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> ClickStudent {
        let masters = FloatBuffer(count: network.shape.count)
        unsafe masters.base.update(from: network.parameters.base, count: masters.count)
        network.activations = rounding?.activations ?? []
        var random = RandomSource(seed: seed &+ 0xF17)
        var order = Array(0..<rows.count)
        let steps = TeacherTrainer.steps(rows: order.count, batch: settings.batch)
        var best: ClickStudent?
        for epoch in stride(from: 1, through: epochs, by: 1) {
            random.shuffle(&order)
            var sum = 0.0
            for part in 0..<steps {
                rounding?.rounded(masters, into: network.parameters)
                sum += network.accumulateGradients(
                    of: order[Parallel.share(of: order.count, part: part, parts: steps)], in: rows, own: false,
                    dropout: 0, random: &random, loss: loss)
                let step = (epoch - 1) * steps + part
                network.applyGradients(
                    rate: rate * cosineFall(Float(step) / Float(steps * epochs)), step: step + 1,
                    decay: settings.decay, deepDecay: settings.decay, to: masters)
                if rounding == nil { unsafe network.parameters.base.update(from: masters.base, count: masters.count) }
            }
            rounding?.rounded(masters, into: network.parameters)
            let logits = network.logits(of: valid)
            guard sum.isFinite, logits.allSatisfy(\.isFinite) else {
                throw TrainingError(
                    .diverged, "the \(phase)'s loss is not a number any more in epoch \(epoch): lower the learning rate"
                )
            }
            let quality = ClickQuality(logits: logits, labels: valid.labels, groups: valid.users)
            let report = TrainingProgress(
                phase: phase, epoch: epoch, epochs: epochs, loss: sum / Double(steps),
                validation: ["auc": quality.auc, "logloss": quality.logLoss],
                fraction: Double(epoch) / Double(epochs))
            guard progress(report) else {
                throw TrainingError(.cancelled, "training was stopped before its end")
            }
            if best.map({ quality.auc > $0.auc }) ?? true {
                best = ClickStudent(shape: network.shape, parameters: masters.array, auc: quality.auc)
            }
        }
        guard let best else { throw TrainingError(.badSetting, "the \(phase) needs an epoch at least") }
        return best
    }
}
