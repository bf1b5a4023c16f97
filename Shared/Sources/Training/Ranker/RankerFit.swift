import Kernels
import Models

/// Trains networks on lists, by Adam with a step size that falls to zero, and keeps the state that is best on the validation
/// part.
struct RankerFit: Sendable {
    let lists: RankerLists
    let validator: RankerValidator
    let catalogue: ServedCatalogue
    /// The catalogue's vectors, items × dimensions.
    let vectors: FloatBuffer
    let moments: FeatureMoments
    let settings: RankerSettings

    /// What user vectors, which come divided by the temperature, are multiplied by.
    var userScale: Float { catalogue.bundle.twoTower.temperature }

    init(
        _ lists: RankerLists, moments: FeatureMoments? = nil, validator: RankerValidator, catalogue: ServedCatalogue,
        settings: RankerSettings
    ) {
        (self.lists, self.validator, self.catalogue, self.settings) = (lists, validator, catalogue, settings)
        self.moments = moments ?? lists.featureMoments()
        var copied = [Float](repeating: 0, count: catalogue.vectors.count * lists.dimensions)
        var output = copied.mutableSpan
        catalogue.vectors.copyVectors(into: &output)
        vectors = FloatBuffer(count: copied.count)
        vectors.assign(copied)
    }

    enum Figure: String {
        case ndcg = "ndcg@20"
        case auc = "auc"
    }

    /// How a training goes on.
    struct Plan {
        var phase: String
        var epochs: Int
        var rate: Float
        /// Epochs without a better figure after which it stops.
        var patience: Int
        /// What states are compared by, more being better: NDCG@20, or the AUC that a report card limits.
        var figure: Figure
        /// Whether the state before the first step counts as one.
        var keepsStart: Bool
    }

    /// A thread's memory.
    private struct Worker<Network: RankingNetwork>: Sendable {
        let batch: RankerBatch
        let work: Network.Workspace
        let gradients: FloatBuffer
        let loss = FloatBuffer(count: 1)
        /// Sums of all workers' gradients of a few parameters.
        let sums = FloatBuffer(count: Self.block)

        /// Parameters of a step that one core's cache holds.
        static var block: Int { 4096 }
    }

    /// Trains a network. At the end it holds the best state.
    ///
    /// - Parameter rounding: makes the network's parameters of those that are trained; nil where they are the same.
    func run<Network: RankingNetwork>(
        _ network: Network, _ plan: Plan, loss: ListLoss, rounding: ((FloatBuffer) -> Void)? = nil,
        _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) {
        let count = network.parameters.count
        let masters = rounding == nil ? network.parameters : FloatBuffer(count: count)
        if rounding != nil { masters.assign(network.parameters.array) }
        let (first, second) = (FloatBuffer(count: count), FloatBuffer(count: count))
        let workers = workers(for: network)
        var random = RandomSource(seed: settings.seed)
        var order = Array(0..<lists.count)
        let steps = (lists.count + settings.batch - 1) / settings.batch
        rounding?(masters)
        var best = (
            figure: plan.keepsStart ? figures(of: scores(of: network))[plan.figure.rawValue] : nil, state: masters.array
        )
        var worse = 0
        for epoch in 1...max(1, plan.epochs) {
            random.shuffle(&order)
            var sum = 0.0
            for step in 0..<steps {
                rounding?(masters)
                let chosen = order[(step * settings.batch)..<min(order.count, (step + 1) * settings.batch)]
                sum += accumulate(chosen, network, loss, workers) / Double(chosen.count)
                let number = (epoch - 1) * steps + step + 1
                let rate =
                    plan.rate * min(1, Float(number) / 50)
                    * cosineFall(Float(number - 1) / Float(steps * plan.epochs))
                applyGradients(
                    of: workers, share: 1 / Float(chosen.count), decays: network.decays,
                    AdamSettings(rate: rate, step: number, beta2: 0.99), masters, first, second)
            }
            rounding?(masters)
            let scores = scores(of: network)
            guard sum.isFinite, masters.isFinite, scores.allSatisfy(\.isFinite) else {
                let remedy =
                    plan.phase == "teacher"
                    ? "lower its learning rate (training.rankerLearningRate, which is \(plan.rate)), then train again"
                    : "train again with another training.seed"
                throw TrainingError(
                    .diverged, "the \(plan.phase)'s loss is not a number any more in epoch \(epoch): \(remedy)")
            }
            let figures = figures(of: scores)
            let report = TrainingProgress(
                phase: plan.phase, epoch: epoch, epochs: plan.epochs, loss: sum / Double(steps), validation: figures,
                fraction: Double(epoch) / Double(plan.epochs))
            guard progress(report) else {
                throw TrainingError(.cancelled, "training was stopped before its end")
            }
            guard let figure = figures[plan.figure.rawValue] else { continue }
            if best.figure.map({ figure > $0 }) ?? true {
                best = (figure, masters.array)
                worse = 0
            } else {
                worse += 1
                if worse >= plan.patience { break }
            }
        }
        if best.figure != nil { masters.assign(best.state) }
        rounding?(masters)
        if rounding != nil { network.parameters.assign(masters.array) }
    }

    /// What scores of the validation part's candidates are worth; nothing without cases that can be answered.
    private func figures(of scores: [Float]) -> [String: Double] {
        guard validator.answerable > 0 else { return [:] }
        var figures = validator.figures(of: scores)
        figures[Figure.auc.rawValue] = validator.auc(of: scores, threads: settings.threads)
        return figures
    }

    /// Leaves the gradients of the summed loss of some lists with the workers; returns the sum of the losses.
    private func accumulate<Network: RankingNetwork>(
        _ chosen: ArraySlice<Int>, _ network: Network, _ loss: ListLoss, _ workers: [Worker<Network>]
    ) -> Double {
        Parallel.run(workers.count) { [lists] part in
            let worker = workers[part]
            let range = Parallel.share(of: chosen.count, part: part, parts: workers.count)
            let own = chosen[(chosen.startIndex + range.lowerBound)..<(chosen.startIndex + range.upperBound)]
            unsafe worker.loss.base[0] = 0
            guard !own.isEmpty else { return }
            worker.batch.gather(own, from: lists)
            network.forward(worker.batch, worker.work)
            unsafe worker.loss.base[0] = Float(loss.replaceOutputs(of: worker.batch, for: own, heads: network.heads))
            network.backward(worker.batch, worker.work, into: worker.gradients)
        }
        return workers.reduce(0) { sum, worker in unsafe sum + Double(worker.loss.base[0]) }
    }

    /// One step of Adam over everything, and gradients back to zero; each thread has a range of its own.
    ///
    /// - Parameter share: of each worker's gradients in the mean.
    private func applyGradients<Network: RankingNetwork>(
        of workers: [Worker<Network>], share: Float, decays: [(range: Range<Int>, l2: Float)], _ adam: AdamSettings,
        _ masters: FloatBuffer, _ first: FloatBuffer, _ second: FloatBuffer
    ) {
        Parallel.run(workers.count) { part in
            let sums = unsafe workers[part].sums.base
            for (range, l2) in decays {
                var settings = adam
                settings.l2 = l2
                let own = Parallel.share(of: range.count, part: part, parts: workers.count)
                let end = range.lowerBound + own.upperBound
                for start in stride(from: range.lowerBound + own.lowerBound, to: end, by: Worker<Network>.block) {
                    let count = min(Worker<Network>.block, end - start)
                    unsafe sums.update(repeating: 0, count: count)
                    for worker in workers {
                        let gradients = unsafe worker.gradients.base + start
                        unsafe Kernels.unsafeAxpy(share, gradients, into: sums, count: count)
                        unsafe gradients.update(repeating: 0, count: count)
                    }
                    unsafe Kernels.unsafeAdamStep(
                        count: count, parameters: masters.base + start, gradients: sums, first: first.base + start,
                        second: second.base + start, settings: settings)
                }
            }
        }
    }

    private func workers<Network: RankingNetwork>(for network: Network) -> [Worker<Network>] {
        let threads = max(1, settings.threads)
        let share = (settings.batch + threads - 1) / threads
        return (0..<threads).map { _ in
            Worker(
                batch: batch(rows: share * lists.length, lists: share, heads: network.heads),
                work: network.makeWorkspace(rows: share * lists.length, lists: share),
                gradients: FloatBuffer(count: network.parameters.count))
        }
    }

    func batch(rows: Int, lists count: Int, heads: Int) -> RankerBatch {
        RankerBatch(
            rows: rows, lists: count, dimensions: lists.dimensions, heads: heads, moments: moments, vectors: vectors)
    }

    /// The scores of all candidates of the validation part.
    func scores<Network: RankingNetwork>(of network: Network) -> [Float] {
        let asked = validator.lists
        let longest = (0..<asked.count).map { asked.range(of: $0).count }.max() ?? 0
        guard longest > 0 else { return [] }
        let scores = FloatBuffer(count: asked.items.count)
        let threads = max(1, settings.threads)
        Parallel.run(threads) { [self] part in
            let batch = batch(rows: longest, lists: 1, heads: network.heads)
            let work = network.makeWorkspace(rows: longest, lists: 1)
            for user in Parallel.share(of: asked.count, part: part, parts: threads) {
                batch.gather(user, from: asked, scale: userScale)
                network.forward(batch, work)
                for (row, place) in asked.range(of: user).enumerated() {
                    unsafe scores.base[place] = batch.outputs.base[row * network.heads]
                }
            }
        }
        return scores.array
    }

    /// The scores of all candidates of the training lists.
    func listScores<Network: RankingNetwork>(of network: Network) -> [Float] {
        let scores = FloatBuffer(count: lists.count * lists.length)
        let threads = max(1, settings.threads)
        Parallel.run(threads) { [self] part in
            let batch = batch(rows: lists.length, lists: 1, heads: network.heads)
            let work = network.makeWorkspace(rows: lists.length, lists: 1)
            for list in Parallel.share(of: lists.count, part: part, parts: threads) {
                batch.gather([list][...], from: lists)
                network.forward(batch, work)
                for row in 0..<lists.length {
                    unsafe scores.base[list * lists.length + row] = batch.outputs.base[row * network.heads]
                }
            }
        }
        return scores.array
    }
}
