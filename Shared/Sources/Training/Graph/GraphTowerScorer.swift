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
        unsafe towers.score(asked.flatMap { towers.userVector(of: users[$0]) }, into: scores)
    }
}
