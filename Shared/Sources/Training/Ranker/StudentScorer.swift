import Domain
import Kernels
import Models

/// A student in floats as a server would run it: the items' shares of the first layer are kept, the user's is computed once.
@safe
final class StudentScorer: ListScorer {
    let name: String
    private let network: StudentNetwork
    /// Items × hidden1.
    private let halves: FloatBuffer
    private let batch: RankerBatch
    private let work: StudentNetwork.Workspace
    private let userScale: Float

    /// - Parameter most: candidates of a user.
    init(_ network: StudentNetwork, name: String, fit: RankerFit, most: Int) {
        (self.network, self.name) = (network, name)
        userScale = fit.userScale
        let shape = network.shape
        let items = fit.vectors.count / shape.dimensions
        halves = FloatBuffer(count: items * shape.hidden[0])
        unsafe shape.itemLayer.forward(
            rows: items, network.parameters.base, x: fit.vectors.base, into: halves.base)
        batch = fit.batch(rows: most, lists: 1, heads: 1)
        work = network.makeWorkspace(rows: most, lists: 1)
    }

    var parameters: Int { network.parameters.count }
    var bytes: Int { (parameters + halves.count) * MemoryLayout<Float>.stride }
    var residentBytes: Int {
        bytes + 200 * (network.shape.hidden.reduce(0, +) + network.shape.features) * MemoryLayout<Float>.stride
    }

    func score(_ user: Int, of lists: CandidateLists, into scores: inout MutableSpan<Float>) {
        let (range, shape) = (lists.range(of: user), network.shape)
        let (rows, width) = (range.count, shape.hidden[0])
        let base = unsafe UnsafePointer(network.parameters.base)
        let (hidden1, hidden2) = unsafe (work.hidden[0].base, work.hidden[1].base)
        batch.gatherFeatures(user, from: lists, scale: userScale)
        unsafe shape.userLayer.forward(
            rows: 1, base, x: batch.users.base, into: work.halves.base, bias: shape.bias1)
        for (row, item) in lists.items[range].enumerated() {
            let half = unsafe halves.base + Int(item) * width
            for unit in 0..<width {
                unsafe hidden1[row * width + unit] = max(half[unit] + work.halves.base[unit], 0)
            }
        }
        unsafe shape.layer2.forward(rows: rows, base, x: hidden1, into: hidden2)
        unsafe shape.denseLayer.forward(
            rows: rows, base, x: batch.dense.base, into: hidden2, bias: shape.bias2, relu: true, accumulate: true)
        unsafe shape.output.forward(rows: rows, base, x: hidden2, into: batch.outputs.base)
        unsafe shape.direct.forward(rows: rows, base, x: batch.dense.base, into: batch.outputs.base, accumulate: true)
        for row in scores.indices { scores[row] = unsafe batch.outputs.base[row] }
    }
}
