/// Trains one member of a ``ClickTeacher``, on one thread: Adam on batches of rows in random order, L2 on all parameters
/// at every step, until the AUC on the validation part does not rise any more.
///
/// What is measured and kept is a running mean of the parameters over about an epoch (Polyak & Juditsky 1992): single states
/// differ by more than what there is to choose between.
struct TeacherTrainer: Sendable {
    /// What is chosen on the validation part.
    struct Choice: Sendable, Equatable {
        /// L2 on vectors and linear weights.
        let decay: Float
        /// Spread of a vector's length at the start.
        let initialLength: Float
    }

    /// A trained member.
    struct Member: Sendable {
        let choice: Choice
        let parameters: [Float]
        /// On the validation part.
        let auc: Double
        /// Epochs up to the best one.
        let epochs: Int
    }

    let schema: ClickSchema
    let train: ClickRows
    let valid: ClickRows
    let history: ClickHistory
    let settings: TeacherSettings

    /// Steps before which a training does not end: the beginning of small data sets is noise.
    private static let leastSteps = 400

    /// Steps an epoch: small data sets have smaller batches, else they would have hardly any.
    static func steps(rows: Int, batch: Int) -> Int { max((rows + batch - 1) / batch, min(40, rows / 32), 1) }

    /// Trains with a choice and a seed.
    ///
    /// - Parameter progress: called after each epoch, maybe on another thread; false stops the training.
    func train(
        _ choice: Choice, seed: UInt64, _ progress: @Sendable (TrainingProgress) -> Bool
    ) throws(TrainingError) -> Member {
        let shape = settings.shape(of: schema)
        let network = ClickNetwork(shape: shape, history: history, batch: settings.batch)
        let positives = train.labels.reduce(0, +) / Float(train.count)
        network.initialise(positives: positives, initialLength: choice.initialLength, seed: seed)
        var random = RandomSource(seed: seed &+ 0x5EED)
        var order = Array(0..<train.count)
        let steps = Self.steps(rows: order.count, batch: settings.batch)
        let running = FloatBuffer(count: shape.count)
        let average = FloatBuffer(count: shape.count)
        unsafe average.base.update(from: network.parameters.base, count: shape.count)
        var best: Member?
        var (step, worse) = (0, 0)
        for epoch in stride(from: 1, through: settings.epochs, by: 1) {
            random.shuffle(&order)
            var sum = 0.0
            for part in 0..<steps {
                let chosen = order[Parallel.share(of: order.count, part: part, parts: steps)]
                sum += network.accumulateGradients(
                    of: chosen, in: train, own: true, dropout: settings.dropout, random: &random
                ) { row, logit in
                    let (value, slope) = softplus(logit)
                    return (value - train.labels[row] * logit, slope - train.labels[row])
                }
                step += 1
                network.applyGradients(
                    rate: settings.learningRate, step: step, decay: choice.decay, deepDecay: settings.deepDecay)
                // In the first epoch the mean of what there was.
                average.approach(network.parameters, share: 1 / Float(min(step, steps) + 1))
            }
            unsafe running.base.update(from: network.parameters.base, count: shape.count)
            unsafe network.parameters.base.update(from: average.base, count: shape.count)
            let logits = network.logits(of: valid)
            guard sum.isFinite, logits.allSatisfy(\.isFinite) else {
                throw TrainingError(
                    .diverged, "the teacher's loss is not a number any more in epoch \(epoch): lower the learning rate")
            }
            let quality = ClickQuality(logits: logits, labels: valid.labels, groups: valid.users)
            let report = TrainingProgress(
                phase: "teacher", epoch: epoch, epochs: settings.epochs, loss: sum / Double(steps),
                validation: ["auc": quality.auc, "logloss": quality.logLoss],
                fraction: Double(epoch) / Double(settings.epochs))
            guard progress(report) else {
                throw TrainingError(.cancelled, "training was stopped before its end")
            }
            if best.map({ quality.auc > $0.auc }) ?? true {
                best = Member(
                    choice: choice, parameters: network.parameters.array, auc: quality.auc, epochs: epoch)
                worse = 0
            } else {
                worse += 1
                if step >= Self.leastSteps, worse >= settings.patience { break }
            }
            unsafe network.parameters.base.update(from: running.base, count: shape.count)
        }
        guard let best else { throw TrainingError(.badSetting, "a teacher needs an epoch at least") }
        return best
    }
}
