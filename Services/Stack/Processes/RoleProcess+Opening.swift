import Ranking
import Recall
import RemoteRoles
import Rerank

extension RoleProcess {
    /// Brings the role up to date.
    func open(_ context: RoleContext) async throws -> any RunningRole {
        switch place.role {
        case .gateway: try GatewayRole(context)
        case .recall:
            ModelRole(context) { host, catalogue, loop in
                RecallHandler(LocalRecall(host: host, catalogue: catalogue), executor: loop)
            }
        case .ranking:
            ModelRole(context) { host, catalogue, loop in
                RankingHandler(LocalRanking(host: host, catalogue: catalogue), executor: loop)
            }
        case .rerank:
            ModelRole(context) { host, _, loop in RerankHandler(LocalRerank(host: host), executor: loop) }
        case .userFeatures: try await UserFeaturesRole.open(context)
        case .itemFeatures: try ItemFeaturesRole(context)
        }
    }
}
