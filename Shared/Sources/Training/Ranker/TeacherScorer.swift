import Kernels
import Models

/// The teacher as a server would run it.
final class TeacherScorer: ListScorer {
    let name = "teacher"
    private let network: TeacherNetwork
    private let fit: RankerFit
    private let batch: RankerBatch
    private let work: TeacherNetwork.Workspace

    /// - Parameter most: candidates of a user.
    init(_ network: TeacherNetwork, fit: RankerFit, most: Int) {
        (self.network, self.fit) = (network, fit)
        batch = fit.batch(rows: most, lists: 1, heads: network.heads)
        work = network.makeWorkspace(rows: most, lists: 1)
    }

    var parameters: Int { network.parameters.count }
    /// The items' vectors are among its inputs.
    var bytes: Int { (parameters + fit.vectors.count) * MemoryLayout<Float>.stride }
    var residentBytes: Int {
        let shape = network.shape
        let row = (2 * shape.crosses + 1) * shape.width + shape.crosses * shape.rank + shape.deep.reduce(0, +)
        return bytes + 200 * row * MemoryLayout<Float>.stride
    }

    func score(_ user: Int, of lists: CandidateLists, into scores: inout MutableSpan<Float>) {
        batch.gather(user, from: lists, scale: fit.userScale)
        network.forward(batch, work)
        for row in scores.indices { scores[row] = unsafe batch.outputs.base[row * network.heads] }
    }
}
