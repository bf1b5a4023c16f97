/// Scores all items for users.
public protocol ItemScorer: Sendable {
    /// Writes the scores of all items for each of `users`, a row a user.
    @unsafe
    func score(_ users: [Int], into scores: UnsafeMutablePointer<Float>)
}
