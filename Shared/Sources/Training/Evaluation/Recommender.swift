public import Domain

/// Something that can be evaluated: it ranks the whole catalogue for a user.
public protocol Recommender: Sendable {
    /// Its name in the table.
    var name: String { get }
    /// For each case the best items, best first, `count` at most, none of them seen by the user or unavailable.
    /// Called from several threads.
    func recommend(for cases: [EvaluationCase], count: Int) async throws -> [[ItemNumber]]
}
