package import Contracts
import Messages
package import RPC

/// Answers calls of the role *ranking*. Calls that one turn of the loop brought are one batch to the role, where the same
/// model made their candidates.
package final class RankingHandler: RPCHandler {
    private let role: any RankingService
    private let handler: RoleHandler

    /// - Parameter executor: the shard's loop.
    package init(_ role: any RankingService, executor: any TaskExecutor) {
        self.role = role
        handler = RoleHandler(executor: executor)
    }

    package func handle(_ calls: [any RPCCall]) {
        let sorted = handler.sort(calls, [.scores])
        let groups = handler.read(ScoresMessages.self, sorted[0]).groups(size: \.users.count) { one, other in
            one.candidates.model == other.candidates.model
                && one.candidates.dimensions == other.candidates.dimensions && one.explaining == other.explaining
        }
        let role = role
        for group in groups {
            handler.batch(group) { work in
                var all = work.requests[0]
                for request in work.requests.dropFirst() {
                    all.candidates.append(request.candidates)
                    all.users += request.users
                }
                let scores = try await role.scores(
                    of: all.candidates, for: all.users, explaining: all.explaining, by: work.deadline)
                return work.ranges(size: \.candidates.items.count).map {
                    ScoresMessages.encode(answer: scores.extracting($0))
                }
            }
        }
    }
}

extension RankedScores {
    /// The scores of some of the candidates.
    fileprivate func extracting(_ range: Range<Int>) -> RankedScores {
        guard range.count < values.count else { return self }
        var some = RankedScores(values: Array(values[range]))
        if let features {
            let width = features.names.count
            some.features = RankingFeatures(
                names: features.names,
                values: Array(features.values[(range.lowerBound * width)..<(range.upperBound * width)]),
                moment: features.moment)
        }
        return some
    }
}
