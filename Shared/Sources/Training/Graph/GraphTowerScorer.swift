import Kernels

/// ``GraphTowers`` over users of a split.
public struct GraphTowerScorer: ItemScorer {
    private let towers: GraphTowers
    private let users: [[Int32]]

    /// - Parameter users: what each user took.
    public init(_ towers: GraphTowers, users: [[Int32]]) {
        self.towers = towers
        self.users = users
    }

    @unsafe
    public func score(_ asked: [Int], into scores: UnsafeMutablePointer<Float>) {
        let vectors = asked.flatMap { towers.userVector(of: users[$0]) }
        unsafe vectors.withUnsafeBufferPointer { vectors in
            unsafe towers.vectors.withUnsafeBufferPointer { items in
                unsafe towers.biases.withUnsafeBufferPointer { biases in
                    guard let vectors = vectors.baseAddress, let items = items.baseAddress else { return }
                    unsafe Kernels.unsafeGemmNT(
                        m: asked.count, n: towers.itemCount, k: towers.dimensions, a: vectors, b: items, c: scores,
                        bias: biases.baseAddress)
                }
            }
        }
    }
}
