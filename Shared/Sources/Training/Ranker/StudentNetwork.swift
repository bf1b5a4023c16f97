import Kernels
import Models

/// The network that is served, in training and in floats:
///
///     score = direct·d + output·relu(layer2·relu(userLayer·u + itemLayer·v + bias1) + denseLayer·d + bias2)
///
/// with u and v the user's and the item's vector and d the dense features. The first layer needs none of these features, so
/// that it is one row a user plus one row an item, both kept, and what a candidate costs begins behind it.
@safe
// Threads read parameters and write workspaces of their own.
final class StudentNetwork: RankingNetwork, @unchecked Sendable {
    /// Memory of a pass: values of both hidden layers and their gradients, the users' rows of the first, dense features as
    /// they are rounded.
    struct Workspace: Sendable {
        let halves: FloatBuffer
        let dense: FloatBuffer
        let hidden: [FloatBuffer]
        let gradients: [FloatBuffer]
    }

    let shape: StudentShape
    let parameters: FloatBuffer
    let l2: Float
    let heads = 1
    /// How the hidden layers' values and the dense features are rounded; nil when they are not.
    var rounding: StudentRanges?

    init(shape: StudentShape, l2: Float) {
        (self.shape, self.l2) = (shape, l2)
        parameters = FloatBuffer(count: shape.layout.count)
    }

    var decays: [(range: Range<Int>, l2: Float)] { [(0..<parameters.count, l2)] }

    /// Starts as a linear model of the features alone: the output of the hidden layers is zero.
    func initialise(moments: FeatureMoments, linear: [Float], seed: UInt64) {
        var random = RandomSource(seed: seed)
        let spread = 0.5 / Float(shape.dimensions).squareRoot()
        parameters.fill(shape.userLayer.weights, spread: spread, &random)
        parameters.fill(shape.itemLayer.weights, spread: spread, &random)
        parameters.fill(shape.layer2.weights, spread: (2 / Float(shape.hidden[0])).squareRoot(), &random)
        parameters.fill(shape.denseLayer.weights, spread: 1 / Float(shape.features).squareRoot(), &random)
        for (feature, scale) in moments.scales.enumerated() {
            unsafe parameters.base[shape.direct.weights.offset + feature] = scale > 0 ? linear[feature] / scale : 0
        }
    }

    func makeWorkspace(rows: Int, lists: Int) -> Workspace {
        func buffers() -> [FloatBuffer] { shape.hidden.map { FloatBuffer(count: rows * $0) } }
        return Workspace(
            halves: FloatBuffer(count: lists * shape.hidden[0]), dense: FloatBuffer(count: rows * shape.features),
            hidden: buffers(), gradients: buffers())
    }

    func forward(_ batch: RankerBatch, _ work: Workspace) {
        let (rows, width) = (batch.rows, shape.hidden[0])
        let base = unsafe UnsafePointer(parameters.base)
        let (hidden1, hidden2) = unsafe (work.hidden[0].base, work.hidden[1].base)
        unsafe shape.userLayer.forward(
            rows: batch.lists, base, x: batch.users.base, into: work.halves.base, bias: shape.bias1)
        for row in 0..<rows {
            unsafe (hidden1 + row * width).update(from: work.halves.base + row / batch.length * width, count: width)
        }
        unsafe shape.itemLayer.forward(
            rows: rows, base, x: batch.items.base, into: hidden1, relu: true, accumulate: true)
        unsafe work.dense.base.update(from: batch.dense.base, count: rows * shape.features)
        if let rounding {
            unsafe Activations(limit: rounding.limits[0]).round(hidden1, count: rows * width)
            unsafe rounding.round(dense: work.dense.base, rows: rows)
        }
        unsafe shape.layer2.forward(rows: rows, base, x: hidden1, into: hidden2)
        unsafe shape.denseLayer.forward(
            rows: rows, base, x: work.dense.base, into: hidden2, bias: shape.bias2, relu: true, accumulate: true)
        if let rounding {
            unsafe Activations(limit: rounding.limits[1]).round(hidden2, count: rows * shape.hidden[1])
        }
        unsafe shape.output.forward(rows: rows, base, x: hidden2, into: batch.outputs.base)
        unsafe shape.direct.forward(rows: rows, base, x: batch.dense.base, into: batch.outputs.base, accumulate: true)
    }

    func backward(_ batch: RankerBatch, _ work: Workspace, into gradients: FloatBuffer) {
        let (rows, width) = (batch.rows, shape.hidden[0])
        let (base, into) = unsafe (UnsafePointer(parameters.base), gradients.base)
        let slopes = unsafe UnsafePointer(batch.outputs.base)
        let (hidden1, hidden2) = unsafe (work.hidden[0].base, work.hidden[1].base)
        let (gradient1, gradient2) = unsafe (work.gradients[0].base, work.gradients[1].base)
        unsafe shape.direct.backward(rows: rows, x: batch.dense.base, gradient: slopes, into: into)
        unsafe shape.output.backward(rows: rows, x: hidden2, gradient: slopes, into: into)
        unsafe shape.output.inputGradient(rows: rows, base, gradient: slopes, into: gradient2)
        unsafe Kernels.unsafeReluGradient(count: rows * shape.hidden[1], output: hidden2, gradient: gradient2)
        unsafe shape.layer2.backward(rows: rows, x: hidden1, gradient: gradient2, into: into, bias: shape.bias2)
        unsafe shape.denseLayer.backward(rows: rows, x: work.dense.base, gradient: gradient2, into: into)
        unsafe shape.layer2.inputGradient(rows: rows, base, gradient: gradient2, into: gradient1)
        unsafe Kernels.unsafeReluGradient(count: rows * width, output: hidden1, gradient: gradient1)
        unsafe shape.itemLayer.backward(rows: rows, x: batch.items.base, gradient: gradient1, into: into)
        unsafe work.halves.base.update(repeating: 0, count: batch.lists * width)
        for row in 0..<rows {
            unsafe Kernels.unsafeAxpy(
                1, gradient1 + row * width, into: work.halves.base + row / batch.length * width, count: width)
        }
        unsafe shape.userLayer.backward(
            rows: batch.lists, x: batch.users.base, gradient: work.halves.base, into: into, bias: shape.bias1)
    }
}
