/// A network that scores candidates, in training: its parameters and the passes over a ``RankerBatch``.
protocol RankingNetwork: AnyObject, Sendable {
    /// Memory of one thread's pass.
    associatedtype Workspace: Sendable

    var parameters: FloatBuffer { get }
    /// Parts of the parameters and the L2 that each has.
    var decays: [(range: Range<Int>, l2: Float)] { get }
    /// Outputs a row; the first is the score.
    var heads: Int { get }

    func makeWorkspace(rows: Int, lists: Int) -> Workspace
    /// Writes the batch's outputs. O(rows · parameters that are used).
    func forward(_ batch: RankerBatch, _ work: Workspace)
    /// From the gradients that have taken the outputs' place, after ``forward(_:_:)``: adds those of the parameters.
    func backward(_ batch: RankerBatch, _ work: Workspace, into gradients: FloatBuffer)
}
