import Kernels
import Models

/// Parameters of a ranker in training, their gradients, and the passes over lists that compute these.
@safe
// Threads write parts of their own, see `accumulateGradients`.
final class RankerNetwork: @unchecked Sendable {
    let shape: RankerShape
    let parameters: FloatBuffer
    let gradients: FloatBuffer
    private let threads: Int
    private var workspaces: [RankerWorkspace] = []

    init(shape: RankerShape, threads: Int) {
        self.shape = shape
        self.threads = max(1, threads)
        parameters = FloatBuffer(count: shape.layout.count)
        gradients = FloatBuffer(count: shape.layout.count)
    }

    /// Starts as the recall score alone: the output of the hidden layers is zero.
    func initialise(means: [Float], scales: [Float], score feature: Int, seed: UInt64) {
        var random = RandomSource(seed: seed)
        fill(shape.userLayer, spread: 0.5 / Float(shape.dimensions).squareRoot(), &random)
        fill(shape.itemLayer, spread: 0.5 / Float(shape.dimensions).squareRoot(), &random)
        fill(shape.denseLayer, spread: 1 / Float(shape.features).squareRoot(), &random)
        fill(shape.layer2, spread: (2 / Float(shape.hidden1)).squareRoot(), &random)
        for feature in 0..<shape.features {
            unsafe parameters.base[shape.featureMeans.offset + feature] = means[feature]
            unsafe parameters.base[shape.featureScales.offset + feature] = scales[feature]
        }
        let scale = scales[feature]
        unsafe parameters.base[shape.direct.offset + feature] = scale > 0 ? 1 / scale : 0
    }

    private func fill(_ tensor: ParameterLayout.Tensor, spread: Float, _ random: inout RandomSource) {
        for place in tensor.range { unsafe parameters.base[place] = spread * random.normal() }
    }

    /// Adds to ``gradients`` those of the mean loss of some lists: softmax of the taken candidate against the others.
    /// `vectors` has an item's vector at its number. Returns the mean loss.
    func accumulateGradients(of chosen: [Int], in lists: RankerLists, vectors: FloatBuffer) -> Double {
        let share = (chosen.count + threads - 1) / threads
        if workspaces.isEmpty || workspaces[0].lists < share {
            workspaces = (0..<threads).map { _ in RankerWorkspace(shape: shape, lists: share, length: lists.length) }
        }
        let (parts, threads) = (workspaces, threads)
        Parallel.run(threads) { [self] part in
            let range = Parallel.share(of: chosen.count, part: part, parts: threads)
            parts[part].gradients.clear()
            unsafe pass(Array(chosen[range]), lists, vectors, parts[part])
        }
        var loss = 0.0
        for part in parts {
            unsafe Kernels.unsafeAxpy(
                1 / Float(chosen.count), part.gradients.base, into: gradients.base, count: gradients.count)
            loss += Double(unsafe part.loss.base[0])
        }
        return loss / Double(max(1, chosen.count))
    }

    /// Forward and backward over a thread's lists; gradients are sums over the lists.
    @unsafe
    private func pass(_ chosen: [Int], _ lists: RankerLists, _ vectors: FloatBuffer, _ work: RankerWorkspace) {
        unsafe work.loss.base[0] = 0
        guard !chosen.isEmpty else { return }
        unsafe gather(chosen, lists, vectors, work)
        unsafe forward(chosen.count, lists.length, work)
        unsafe contrast(chosen, lists, work)
        unsafe backward(chosen.count, lists.length, work)
    }

    @unsafe
    private func gather(_ chosen: [Int], _ lists: RankerLists, _ vectors: FloatBuffer, _ work: RankerWorkspace) {
        let (width, features, length) = (shape.dimensions, shape.features, lists.length)
        let means = unsafe parameters.base + shape.featureMeans.offset
        let scales = unsafe parameters.base + shape.featureScales.offset
        for (place, list) in chosen.enumerated() {
            for dimension in 0..<width {
                unsafe work.users.base[place * width + dimension] = lists.users[list * width + dimension]
            }
            for candidate in 0..<length {
                let row = place * length + candidate
                let item = Int(lists.items[list * length + candidate])
                unsafe (work.items.base + row * width).update(from: vectors.base + item * width, count: width)
                let source = (list * length + candidate) * features
                for feature in 0..<features {
                    unsafe work.dense.base[row * features + feature] =
                        (lists.rows[source + feature] - means[feature]) * scales[feature]
                }
            }
        }
    }

    @unsafe
    private func forward(_ lists: Int, _ length: Int, _ work: RankerWorkspace) {
        let rows = lists * length
        let (width, features, hidden1, hidden2) = (shape.dimensions, shape.features, shape.hidden1, shape.hidden2)
        let base = unsafe parameters.base
        unsafe Kernels.unsafeGemmNT(
            m: lists, n: hidden1, k: width, a: work.users.base, b: base + shape.userLayer.offset,
            c: work.userHalves.base, bias: base + shape.bias1.offset)
        for row in 0..<rows {
            unsafe (work.hidden1.base + row * hidden1).update(
                from: work.userHalves.base + row / length * hidden1, count: hidden1)
        }
        unsafe Kernels.unsafeGemmNT(
            m: rows, n: hidden1, k: width, a: work.items.base, b: base + shape.itemLayer.offset,
            c: work.hidden1.base, accumulate: true)
        unsafe Kernels.unsafeGemmNT(
            m: rows, n: hidden1, k: features, a: work.dense.base, b: base + shape.denseLayer.offset,
            c: work.hidden1.base, relu: true, accumulate: true)
        unsafe Kernels.unsafeGemmNT(
            m: rows, n: hidden2, k: hidden1, a: work.hidden1.base, b: base + shape.layer2.offset,
            c: work.hidden2.base, bias: base + shape.bias2.offset, relu: true)
        for row in 0..<rows {
            unsafe work.scores.base[row] =
                Kernels.unsafeDot(work.hidden2.base + row * hidden2, base + shape.output.offset, count: hidden2)
                + Kernels.unsafeDot(work.dense.base + row * features, base + shape.direct.offset, count: features)
        }
    }

    /// Scores become their gradients.
    @unsafe
    private func contrast(_ chosen: [Int], _ lists: RankerLists, _ work: RankerWorkspace) {
        let length = lists.length
        for (place, list) in chosen.enumerated() {
            let scores = unsafe work.scores.base + place * length
            for candidate in 0..<length { unsafe scores[candidate] += lists.offsets[list * length + candidate] }
            let target = unsafe scores[0]
            var total: Float = 0
            unsafe Kernels.unsafeSoftmaxRows(rows: 1, columns: length, scores, logSumExp: &total)
            unsafe work.loss.base[0] += total - target
            unsafe scores[0] -= 1
        }
    }

    @unsafe
    private func backward(_ lists: Int, _ length: Int, _ work: RankerWorkspace) {
        let rows = lists * length
        let (width, features, hidden1, hidden2) = (shape.dimensions, shape.features, shape.hidden1, shape.hidden2)
        let (base, into) = unsafe (parameters.base, work.gradients.base)
        let scores = unsafe work.scores.base
        unsafe Kernels.unsafeGemmTN(
            m: 1, n: features, k: rows, a: scores, b: work.dense.base, c: into + shape.direct.offset,
            accumulate: true)
        unsafe Kernels.unsafeGemmTN(
            m: 1, n: hidden2, k: rows, a: scores, b: work.hidden2.base, c: into + shape.output.offset,
            accumulate: true)
        unsafe Kernels.unsafeGemmNN(
            m: rows, n: hidden2, k: 1, a: scores, b: base + shape.output.offset, c: work.gradient2.base)
        unsafe Kernels.unsafeReluGradient(
            count: rows * hidden2, output: work.hidden2.base, gradient: work.gradient2.base)
        unsafe Kernels.unsafeAddColumnSums(
            rows: rows, columns: hidden2, work.gradient2.base, into: into + shape.bias2.offset)
        unsafe Kernels.unsafeGemmTN(
            m: hidden2, n: hidden1, k: rows, a: work.gradient2.base, b: work.hidden1.base,
            c: into + shape.layer2.offset, accumulate: true)
        unsafe Kernels.unsafeGemmNN(
            m: rows, n: hidden1, k: hidden2, a: work.gradient2.base, b: base + shape.layer2.offset,
            c: work.gradient1.base)
        unsafe Kernels.unsafeReluGradient(
            count: rows * hidden1, output: work.hidden1.base, gradient: work.gradient1.base)
        unsafe Kernels.unsafeAddColumnSums(
            rows: rows, columns: hidden1, work.gradient1.base, into: into + shape.bias1.offset)
        unsafe Kernels.unsafeGemmTN(
            m: hidden1, n: features, k: rows, a: work.gradient1.base, b: work.dense.base,
            c: into + shape.denseLayer.offset, accumulate: true)
        unsafe Kernels.unsafeGemmTN(
            m: hidden1, n: width, k: rows, a: work.gradient1.base, b: work.items.base,
            c: into + shape.itemLayer.offset, accumulate: true)
        unsafe work.userHalves.base.update(repeating: 0, count: lists * hidden1)
        for row in 0..<rows {
            unsafe Kernels.unsafeAxpy(
                1, work.gradient1.base + row * hidden1, into: work.userHalves.base + row / length * hidden1,
                count: hidden1)
        }
        unsafe Kernels.unsafeGemmTN(
            m: hidden1, n: width, k: lists, a: work.userHalves.base, b: work.users.base,
            c: into + shape.userLayer.offset, accumulate: true)
    }
}
