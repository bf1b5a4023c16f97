package import Contracts
package import Deadline
package import Domain
import Messages
package import RPC

/// The role *ranking* in another process. Of what users have met goes there what their histories no longer have.
package struct RemoteRanking: RankingService {
    private let channel: any RPCChannel

    package init(_ channel: any RPCChannel) {
        self.channel = channel
    }

    package func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores {
        let request = ScoresMessages.Request(candidates: candidates, users: users, explaining: explaining)
        let scores = try await channel.call(ScoresMessages.self, .scores, request, by: deadline)
        guard scores.values.count == candidates.items.count, !explaining || scores.features != nil else {
            throw RPCError.answerDoesNotFit("ranking")
        }
        return scores
    }
}
