import Contracts
import Deadline
import Domain
import Synchronization

/// A recall and ranking whose answer to a query depends on that query alone, whatever it is asked together with, and
/// which counts how often it is asked. (The models' last bits depend on the size of a batch.)
final class PureRole: RecallService, RankingService {
    let calls = Atomic(0)

    func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch {
        calls.add(1, ordering: .relaxed)
        var batch = CandidateBatch(model: "pure", dimensions: 2)
        for query in queries {
            batch.userVectors += [Float(query.limit), Float(query.user.history.count)]
            for entry in query.user.history {
                batch.append(entry.item, score: entry.weight, source: query.category == nil ? .twoTower : .latest)
            }
            batch.endQuery()
        }
        return batch
    }

    func similar(to items: [ItemNumber], limit: Int, by deadline: Deadline) async throws -> CandidateBatch {
        CandidateBatch(offsets: [Int](repeating: 0, count: items.count + 1))
    }

    func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores {
        calls.add(1, ordering: .relaxed)
        var scores: [Float] = []
        for (query, user) in users.enumerated() {
            let vector = candidates.userVectors[query * candidates.dimensions]
            for place in candidates.range(of: query) {
                scores.append(candidates.scores[place] + vector + Float(user.history.count))
            }
        }
        guard explaining else { return RankedScores(values: scores) }
        let features = RankingFeatures(names: ["a", "b"], values: scores.flatMap { [$0, -$0] }, moment: 5)
        return RankedScores(values: scores, features: features)
    }
}

/// Performs everything at the same time.
func atOnce<Input: Sendable, Output: Sendable>(
    _ inputs: [Input], _ perform: @escaping @Sendable (Input) async throws -> Output
) async throws -> [Output] {
    try await withThrowingTaskGroup(of: (Int, Output).self) { group in
        for (place, input) in inputs.enumerated() {
            group.addTask { (place, try await perform(input)) }
        }
        var outputs: [Int: Output] = [:]
        for try await (place, output) in group { outputs[place] = output }
        return inputs.indices.map { outputs[$0]! }
    }
}
