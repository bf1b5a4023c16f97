import Kernels
import Models

/// One training of a ranking network, from the first step to the best state.
struct RankerRun<Network: RankingNetwork> {
    /// A thread's memory.
    private struct Worker: Sendable {
        let batch: RankerBatch
        let work: Network.Workspace
        let gradients: FloatBuffer
        let loss = FloatBuffer(count: 1)
        /// Sums of all workers' gradients of a few parameters.
        let sums = FloatBuffer(count: Self.block)

        /// Parameters of a step that one core's cache holds.
        static var block: Int { 4096 }
    }

    private let fit: RankerFit
    private let network: Network
    private let plan: RankerFit.Plan
    private let loss: ListLoss
    /// Makes the network's parameters of those that are trained; nil where they are the same.
    private let rounding: ((FloatBuffer) -> Void)?
    private let workers: [Worker]
    /// What is trained, and Adam's moments of it.
    private let masters: FloatBuffer
    private let first: FloatBuffer
    private let second: FloatBuffer
    /// The lists in the order of an epoch.
    private var order: [Int]
    private var random: RandomSource
    private var epochStarts: [RandomSource] = []

    init(
        fit: RankerFit, network: Network, plan: RankerFit.Plan, loss: ListLoss, rounding: ((FloatBuffer) -> Void)?
    ) {
        (self.fit, self.network, self.plan, self.loss, self.rounding) = (fit, network, plan, loss, rounding)
        let count = network.parameters.count
        masters = rounding == nil ? network.parameters : FloatBuffer(count: count)
        if rounding != nil { masters.assign(network.parameters.array) }
        (first, second) = (FloatBuffer(count: count), FloatBuffer(count: count))
        let threads = max(1, fit.settings.threads)
        let share = (fit.settings.batch + threads - 1) / threads
        workers = (0..<threads).map { _ in
            Worker(
                batch: fit.batch(rows: share * fit.lists.length, lists: share, heads: network.heads),
                work: network.makeWorkspace(rows: share * fit.lists.length, lists: share),
                gradients: FloatBuffer(count: count))
        }
        order = Array(0..<fit.lists.count)
        random = RandomSource(seed: fit.settings.seed)
    }

    private var steps: Int { (order.count + fit.settings.batch - 1) / fit.settings.batch }

    /// Trains, leaves the network with the best state, and says which it is; nil without validation cases.
    mutating func execute(
        on course: TrainingCourse, _ progress: (TrainingProgress) -> Bool
    ) throws(TrainingError) -> NetworkState.Best? {
        var best: NetworkState.Best?
        var (epoch, worse) = (0, 0)
        if let state = try course.state(of: plan.phase, parameters: masters.count) {
            restore(state)
            (best, worse, epoch) = (state.best, state.worse, state.epoch)
        } else if plan.keepsStart {
            rounding?(masters)
            if let figure = fit.figures(of: fit.scores(of: network))[plan.figure.rawValue] {
                best = NetworkState.Best(figure: figure, epoch: 0, parameters: masters.array)
            }
        }
        while epoch < max(1, plan.epochs), worse < max(1, plan.patience) {
            epoch += 1
            let sum = runEpoch(epoch)
            rounding?(masters)
            let scores = fit.scores(of: network)
            guard sum.isFinite, masters.isFinite, scores.allSatisfy(\.isFinite) else { throw diverged(in: epoch) }
            let figures = fit.figures(of: scores)
            let report = TrainingProgress(
                phase: plan.phase, epoch: epoch, epochs: plan.epochs, loss: sum / Double(steps), validation: figures,
                fraction: Double(epoch) / Double(plan.epochs))
            guard progress(report) else {
                throw TrainingError(.cancelled, "training was stopped before its end")
            }
            if let figure = figures[plan.figure.rawValue] {
                if best.map({ figure > $0.figure }) ?? true {
                    best = NetworkState.Best(figure: figure, epoch: epoch, parameters: masters.array)
                    worse = 0
                } else {
                    worse += 1
                }
            }
            course.endEpoch(of: plan.phase) { makeState(after: epoch, best, worse) }
        }
        if let best { masters.assign(best.parameters) }
        if rounding != nil { network.parameters.assign(masters.array) }
        return best
    }

    /// Returns the sum of the steps' mean losses.
    private mutating func runEpoch(_ epoch: Int) -> Double {
        epochStarts.append(random)
        random.shuffle(&order)
        var sum = 0.0
        for step in 0..<steps {
            rounding?(masters)
            let start = step * fit.settings.batch
            let chosen = order[start..<min(order.count, start + fit.settings.batch)]
            sum += accumulate(chosen) / Double(chosen.count)
            let number = (epoch - 1) * steps + step + 1
            let rate =
                plan.rate * min(1, Float(number) / 50) * cosineFall(Float(number - 1) / Float(steps * plan.epochs))
            applyGradients(share: 1 / Float(chosen.count), AdamSettings(rate: rate, step: number, beta2: 0.99))
        }
        return sum
    }

    private func makeState(after epoch: Int, _ best: NetworkState.Best?, _ worse: Int) -> NetworkState {
        NetworkState(
            epoch: epoch, worse: worse, step: epoch * steps, random: random, epochStarts: epochStarts, best: best,
            parameters: masters.array, first: first.array, second: second.array)
    }

    private mutating func restore(_ state: NetworkState) {
        for start in state.epochStarts {
            var random = start
            random.shuffle(&order)
        }
        (epochStarts, random) = (state.epochStarts, state.random)
        masters.assign(state.parameters)
        first.assign(state.first)
        second.assign(state.second)
    }

    /// Leaves the gradients of the summed loss of some lists with the workers; returns the sum of the losses.
    private func accumulate(_ chosen: ArraySlice<Int>) -> Double {
        Parallel.run(workers.count) { [workers, network, loss, lists = fit.lists] part in
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
    private func applyGradients(share: Float, _ adam: AdamSettings) {
        Parallel.run(workers.count) { [workers, masters, first, second, decays = network.decays] part in
            let sums = unsafe workers[part].sums.base
            for (range, l2) in decays {
                var settings = adam
                settings.l2 = l2
                let own = Parallel.share(of: range.count, part: part, parts: workers.count)
                let end = range.lowerBound + own.upperBound
                for start in stride(from: range.lowerBound + own.lowerBound, to: end, by: Worker.block) {
                    let count = min(Worker.block, end - start)
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

    private func diverged(in epoch: Int) -> TrainingError {
        let remedy =
            plan.phase == "teacher"
            ? "lower its learning rate (training.rankerLearningRate, which is \(plan.rate)), then train again"
            : "train again with another training.seed"
        return TrainingError(
            .diverged, "the \(plan.phase)'s loss is not a number any more in epoch \(epoch): \(remedy)")
    }
}
