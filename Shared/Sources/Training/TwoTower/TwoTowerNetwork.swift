import Domain
import Kernels
import Models

/// Parameters of a two-tower model in training, their gradients, and the passes that compute these.
///
/// A pass is a few phases, each split among threads by rows or by dimensions so that no two write to one place; what
/// several add to is summed for each thread and then in the order of threads: a run repeats bit for bit with the same
/// number of threads.
@safe
// Phases write disjoint parts of the buffers, see each phase.
final class TwoTowerNetwork: @unchecked Sendable {
    let shape: TwoTowerShape
    let tables: TwoTowerTables
    let temperature: Float
    let threads: Int
    let parameters: FloatBuffer
    let gradients: FloatBuffer
    private var workspace: TwoTowerWorkspace

    init(shape: TwoTowerShape, tables: TwoTowerTables, settings: TwoTowerSettings) {
        self.shape = shape
        self.tables = tables
        temperature = settings.temperature
        threads = max(1, settings.threads)
        parameters = FloatBuffer(count: shape.layout.count)
        gradients = FloatBuffer(count: shape.layout.count)
        workspace = TwoTowerWorkspace(shape: shape, locals: 0, candidates: 0, samples: 0, threads: threads)
        initialise(settings)
    }

    private func initialise(_ settings: TwoTowerSettings) {
        var random = RandomSource(seed: settings.seed)
        fill(shape.itemEmbeddings, spread: settings.initialSpread, &random)
        fill(shape.tokenEmbeddings, spread: settings.initialSpread, &random)
        fill(shape.itemLayer1, spread: (1 / Float(shape.dimensions)).squareRoot(), &random)
        fill(shape.userTokenEmbeddings, spread: settings.initialSpread, &random)
        fill(shape.userConstant, spread: settings.initialSpread, &random)
        fill(shape.userLayer1, spread: (1 / Float(3 * shape.dimensions)).squareRoot(), &random)
        for place in shape.userGates.range { unsafe parameters.base[place] = 1 }
        // The second layers start at zero, so that both towers start as their residual paths. Biases start from the
        // logarithm of how often an item is the answer.
        let logs = tables.popularity.map { logarithm(max($0, 1)) }
        let mean = logs.reduce(0, +) / Float(max(1, logs.count))
        for (row, log) in logs.enumerated() {
            unsafe parameters.base[shape.itemBiases.offset + row] = 0.4 * (log - mean)
        }
    }

    private func fill(_ tensor: ParameterLayout.Tensor, spread: Float, _ random: inout RandomSource) {
        for place in tensor.range { unsafe parameters.base[place] = spread * random.normal() }
    }

    /// The model of the parameters as they are.
    func model(pooling: HistoryPooling) -> TwoTowerModel {
        TwoTowerModel(
            shape: shape, temperature: temperature, pooling: pooling, items: tables.items,
            itemTokens: tables.itemTokens, userTokens: tables.userTokens, parameters: parameters.array)
    }

    /// Adds to ``gradients`` those of the mean loss of a batch, and returns that loss.
    func accumulateGradients(of batch: TwoTowerBatch) -> Double {
        prepare(for: batch)
        forwardItems(batch)
        let (work, threads) = (workspace, threads)
        Parallel.run(threads) { [self] part in
            let rows = Parallel.share(of: batch.count, part: part, parts: threads)
            unsafe forwardUsers(batch, rows, work)
            unsafe contrast(batch, rows, work, work.parts[part])
            unsafe backwardUsers(batch, rows, work, work.parts[part])
        }
        Parallel.run(threads) { [self] part in
            let rows = Parallel.share(of: batch.candidateCount, part: part, parts: threads)
            unsafe backwardItems(batch, rows, work, work.parts[part])
        }
        Parallel.run(threads) { [self] part in
            let dimensions = Parallel.share(of: shape.dimensions, part: part, parts: threads)
            unsafe scatter(batch, dimensions, work)
            if part == 0 { unsafe scatterBiases(batch, work) }
            let layers = Parallel.share(
                of: shape.layout.count - shape.itemLayer1.offset, part: part, parts: threads)
            for part in work.parts {
                unsafe Kernels.unsafeAxpy(
                    1, part.layers.base + layers.lowerBound,
                    into: gradients.base + shape.itemLayer1.offset + layers.lowerBound, count: layers.count)
            }
        }
        var loss = 0.0
        for row in 0..<batch.count { loss += Double(unsafe work.losses.base[row]) }
        return loss / Double(max(1, batch.count))
    }

    private func prepare(for batch: TwoTowerBatch) {
        let capacity = workspace.capacity
        if capacity.locals < batch.items.count || capacity.candidates < batch.candidateCount
            || capacity.samples < batch.count
        {
            workspace = TwoTowerWorkspace(
                shape: shape, locals: max(capacity.locals, batch.items.count * 5 / 4),
                candidates: max(capacity.candidates, batch.candidateCount * 9 / 8),
                samples: max(capacity.samples, batch.count), threads: threads)
        }
        for part in workspace.parts { part.layers.clear() }
    }

    /// Embeddings of all local items and the item tower of the candidates; each thread has rows of its own.
    private func forwardItems(_ batch: TwoTowerBatch) {
        let (work, threads) = (workspace, threads)
        Parallel.run(threads) { [self] part in
            for local in Parallel.share(of: batch.items.count, part: part, parts: threads) {
                unsafe embed(local, batch, work)
            }
        }
        Parallel.run(threads) { [self] part in
            unsafe itemTower(Parallel.share(of: batch.candidateCount, part: part, parts: threads), work)
        }
    }
}
