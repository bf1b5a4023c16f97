import Kernels
import Models

/// The large ranker that students learn from, a deep and cross network (Wang et al., DCN V2, WWW 2021, §3, in the parallel
/// form with cross layers of low rank): with x₀ the user's vector, the item's vector, the item's own embedding and the dense
/// features, one behind the other,
///
///     x' = x₀ ⊙ (up·down·x + bias) + x          for each cross layer
///     outputs = crossOutput·x + deepOutput·relu(… relu(deep·x₀ + bias))
///
/// The first output is the score. It starts as the recall score alone.
@safe
// Threads read parameters and write workspaces of their own.
final class TeacherNetwork: RankingNetwork, @unchecked Sendable {
    /// Memory of a pass over `rows` rows.
    struct Workspace: Sendable {
        /// rows × width: x₀, then what each cross layer gives.
        let states: [FloatBuffer]
        /// For each cross layer rows × rank, and rows × width: down·x, and up·down·x + bias.
        let narrow: [FloatBuffer]
        let factors: [FloatBuffer]
        /// rows × units of each deep layer.
        let hidden: [FloatBuffer]
        let hiddenGradients: [FloatBuffer]
        /// rows × width: gradients by x₀, by a cross layer's output, and by its factors; rows × rank.
        let first: FloatBuffer
        let state: FloatBuffer
        let factor: FloatBuffer
        let narrowGradient: FloatBuffer
    }

    let shape: TeacherShape
    let parameters: FloatBuffer
    let decays: [(range: Range<Int>, l2: Float)]
    var heads: Int { shape.heads }

    /// - Parameters:
    ///   - l2: on layers.
    ///   - embeddingL2: on the items' embeddings.
    init(shape: TeacherShape, l2: Float, embeddingL2: Float) {
        self.shape = shape
        parameters = FloatBuffer(count: shape.layout.count)
        let layers = shape.embeddings.range.upperBound..<shape.layout.count
        decays = [(shape.embeddings.range, embeddingL2), (layers, l2)]
    }

    func initialise(moments: FeatureMoments, linear: [Float], seed: UInt64) {
        var random = RandomSource(seed: seed)
        parameters.fill(shape.embeddings, spread: 0.1 / Float(max(1, shape.embedding)).squareRoot(), &random)
        for layer in shape.crossLayers {
            parameters.fill(layer.down.weights, spread: 1 / Float(shape.width).squareRoot(), &random)
        }
        for layer in shape.deepLayers {
            let spread = (2 / Float(layer.unit.weights.columns)).squareRoot()
            parameters.fill(layer.unit.weights, spread: spread, &random)
        }
        let first = shape.crossOutput.weights.offset + shape.width - shape.features
        for (feature, scale) in moments.scales.enumerated() {
            unsafe parameters.base[first + feature] = scale > 0 ? linear[feature] / scale : 0
        }
    }

    func makeWorkspace(rows: Int, lists: Int) -> Workspace {
        func wide(_ count: Int) -> [FloatBuffer] { (0..<count).map { _ in FloatBuffer(count: rows * shape.width) } }
        func deep() -> [FloatBuffer] { shape.deep.map { FloatBuffer(count: rows * $0) } }
        return Workspace(
            states: wide(1 + shape.crosses),
            narrow: (0..<shape.crosses).map { _ in FloatBuffer(count: rows * shape.rank) },
            factors: wide(shape.crosses), hidden: deep(), hiddenGradients: deep(),
            first: FloatBuffer(count: rows * shape.width), state: FloatBuffer(count: rows * shape.width),
            factor: FloatBuffer(count: rows * shape.width), narrowGradient: FloatBuffer(count: rows * shape.rank))
    }

    func forward(_ batch: RankerBatch, _ work: Workspace) {
        let rows = batch.rows
        let base = unsafe UnsafePointer(parameters.base)
        unsafe gather(batch, into: work.states[0].base)
        for (place, layer) in shape.crossLayers.enumerated() {
            let (x, next) = unsafe (work.states[place].base, work.states[place + 1].base)
            let factors = unsafe work.factors[place].base
            unsafe layer.down.forward(rows: rows, base, x: x, into: work.narrow[place].base)
            unsafe layer.up.forward(rows: rows, base, x: work.narrow[place].base, into: factors, bias: layer.bias)
            let x0 = unsafe work.states[0].base
            for value in 0..<rows * shape.width { unsafe next[value] = x0[value] * factors[value] + x[value] }
        }
        unsafe shape.crossOutput.forward(
            rows: rows, base, x: work.states[shape.crosses].base, into: batch.outputs.base)
        var input = unsafe work.states[0].base
        for (place, layer) in shape.deepLayers.enumerated() {
            unsafe layer.unit.forward(
                rows: rows, base, x: input, into: work.hidden[place].base, bias: layer.bias, relu: true)
            unsafe input = work.hidden[place].base
        }
        unsafe shape.deepOutput?.forward(rows: rows, base, x: input, into: batch.outputs.base, accumulate: true)
    }

    /// x₀ of each row.
    @unsafe
    private func gather(_ batch: RankerBatch, into x: UnsafeMutablePointer<Float>) {
        let (dimensions, embedding, features) = (shape.dimensions, shape.embedding, shape.features)
        for row in 0..<batch.rows {
            var target = unsafe x + row * shape.width
            unsafe target.update(from: batch.users.base + row / batch.length * dimensions, count: dimensions)
            unsafe target += dimensions
            unsafe target.update(from: batch.items.base + row * dimensions, count: dimensions)
            unsafe target += dimensions
            if embedding > 0 {
                let place = shape.embeddings.offset + Int(batch.numbers[row]) * embedding
                unsafe target.update(from: parameters.base + place, count: embedding)
                unsafe target += embedding
            }
            unsafe target.update(from: batch.dense.base + row * features, count: features)
        }
    }

    func backward(_ batch: RankerBatch, _ work: Workspace, into gradients: FloatBuffer) {
        let (rows, slopes) = unsafe (batch.rows, UnsafePointer(batch.outputs.base))
        let (base, into) = unsafe (UnsafePointer(parameters.base), gradients.base)
        work.first.clear()
        unsafe backwardDeep(rows, slopes, work, into: into)
        let last = unsafe work.states[shape.crosses].base
        unsafe shape.crossOutput.backward(rows: rows, x: last, gradient: slopes, into: into)
        let state = unsafe work.state.base
        unsafe shape.crossOutput.inputGradient(rows: rows, base, gradient: slopes, into: state)
        let (x0, first) = unsafe (work.states[0].base, work.first.base)
        for (place, layer) in shape.crossLayers.enumerated().reversed() {
            let (factors, factor) = unsafe (work.factors[place].base, work.factor.base)
            for value in 0..<rows * shape.width {
                unsafe factor[value] = x0[value] * state[value]
                unsafe first[value] += factors[value] * state[value]
            }
            unsafe layer.up.backward(
                rows: rows, x: work.narrow[place].base, gradient: factor, into: into, bias: layer.bias)
            unsafe layer.up.inputGradient(rows: rows, base, gradient: factor, into: work.narrowGradient.base)
            unsafe layer.down.backward(
                rows: rows, x: work.states[place].base, gradient: work.narrowGradient.base, into: into)
            unsafe layer.down.inputGradient(
                rows: rows, base, gradient: work.narrowGradient.base, into: state, accumulate: true)
        }
        let (embedding, width) = (shape.embedding, shape.width)
        guard embedding > 0 else { return }
        for row in 0..<rows {
            let target = unsafe into + shape.embeddings.offset + Int(batch.numbers[row]) * embedding
            let place = row * width + 2 * shape.dimensions
            unsafe Kernels.unsafeAxpy(1, first + place, into: target, count: embedding)
            unsafe Kernels.unsafeAxpy(1, state + place, into: target, count: embedding)
        }
    }

    /// The deep part's gradients; that by x₀ goes to `work.first`.
    @unsafe
    private func backwardDeep(
        _ rows: Int, _ slopes: UnsafePointer<Float>, _ work: Workspace, into: UnsafeMutablePointer<Float>
    ) {
        guard let output = shape.deepOutput, let last = work.hidden.last, let lastGradient = work.hiddenGradients.last
        else { return }
        let base = unsafe UnsafePointer(parameters.base)
        unsafe output.backward(rows: rows, x: last.base, gradient: slopes, into: into)
        unsafe output.inputGradient(rows: rows, base, gradient: slopes, into: lastGradient.base)
        for (place, layer) in shape.deepLayers.enumerated().reversed() {
            let gradient = unsafe work.hiddenGradients[place].base
            unsafe Kernels.unsafeReluGradient(
                count: rows * shape.deep[place], output: work.hidden[place].base, gradient: gradient)
            let input = unsafe place == 0 ? work.states[0].base : work.hidden[place - 1].base
            unsafe layer.unit.backward(rows: rows, x: input, gradient: gradient, into: into, bias: layer.bias)
            unsafe layer.unit.inputGradient(
                rows: rows, base, gradient: gradient,
                into: place == 0 ? work.first.base : work.hiddenGradients[place - 1].base)
        }
    }
}
