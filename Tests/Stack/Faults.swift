import Contracts
import Deadline
import Domain
import Gateway
import Synchronization

/// What is wrong with a role.
enum Fault: Sendable {
    case none
    /// It throws at once.
    case broken
    /// It throws when half of its time is over, as a client does at its deadline whose peer does not answer; a machine
    /// that runs all tests at once needs the other half.
    case silent
    /// It does not answer at all, whatever its deadline, until it works again.
    case hanging
}

/// Breaks the roles of a gateway, one by one.
final class Faults: Sendable {
    enum Role: Hashable, CaseIterable { case users, recall, ranking, rerank }

    struct Broken: Error {}

    private struct State {
        var faults: [Role: Fault] = [:]
        var calls: [Role: Int] = [:]
        var waiting: [Role: [CheckedContinuation<Void, Never>]] = [:]
        var lostUsers: Set<String> = []
    }

    private let state = Mutex(State())

    func set(_ role: Role, _ fault: Fault) {
        let waiting = state.withLock { state in
            state.faults[role] = fault
            return state.waiting.removeValue(forKey: role) ?? []
        }
        for continuation in waiting { continuation.resume() }
    }

    /// All roles work again; who hangs goes on.
    func repair() {
        for role in Role.allCases { set(role, .none) }
        lose([])
    }

    /// Users whose rows alone cannot be had.
    func lose(_ users: Set<String>) { state.withLock { $0.lostUsers = users } }

    func isLost(_ user: String) -> Bool { state.withLock { $0.lostUsers.contains(user) } }

    /// How often a role was asked.
    func calls(_ role: Role) -> Int { state.withLock { $0.calls[role] ?? 0 } }

    func pass(_ role: Role, by deadline: Deadline) async throws {
        let fault = state.withLock { state in
            state.calls[role, default: 0] += 1
            return state.faults[role] ?? .none
        }
        switch fault {
        case .none: return
        case .broken: throw Broken()
        case .silent:
            try await Task.sleep(for: .nanoseconds(deadline.left / 2))
            throw DeadlineExceeded()
        case .hanging:
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state in
                    guard case .hanging = state.faults[role] else { return true }
                    state.waiting[role, default: []].append(continuation)
                    return false
                }
                if goesOn { continuation.resume() }
            }
        }
    }

    /// The same services, each role behind its fault.
    func applied(to services: GatewayServices) -> GatewayServices {
        var services = services
        services.users = FaultyUsers(whole: services.users, faults: self)
        services.recall = FaultyRecall(whole: services.recall, faults: self)
        services.ranking = FaultyRanking(whole: services.ranking, faults: self)
        services.rerank = FaultyRerank(whole: services.rerank, faults: self)
        return services
    }
}

private struct FaultyUsers: UserFeaturesService {
    let whole: any UserFeaturesService
    let faults: Faults

    func states(of users: [String], by deadline: Deadline) async -> [UserLookup] {
        do {
            try await faults.pass(.users, by: deadline)
        } catch {
            return [UserLookup](repeating: .unavailable(error), count: users.count)
        }
        let found = await whole.states(of: users, by: deadline)
        return zip(users, found).map { faults.isLost($0) ? .unavailable(Faults.Broken()) : $1 }
    }

    func erase(_ user: String) async throws -> Bool { try await whole.erase(user) }
}

private struct FaultyRecall: RecallService {
    let whole: any RecallService
    let faults: Faults

    func candidates(for queries: [RecallQuery], by deadline: Deadline) async throws -> CandidateBatch {
        try await faults.pass(.recall, by: deadline)
        return try await whole.candidates(for: queries, by: deadline)
    }

    func similar(to items: [ItemNumber], limit: Int, by deadline: Deadline) async throws -> CandidateBatch {
        try await faults.pass(.recall, by: deadline)
        return try await whole.similar(to: items, limit: limit, by: deadline)
    }
}

private struct FaultyRanking: RankingService {
    let whole: any RankingService
    let faults: Faults

    func scores(
        of candidates: CandidateBatch, for users: [UserState], explaining: Bool, by deadline: Deadline
    ) async throws -> RankedScores {
        try await faults.pass(.ranking, by: deadline)
        return try await whole.scores(of: candidates, for: users, explaining: explaining, by: deadline)
    }
}

private struct FaultyRerank: RerankService {
    let whole: any RerankService
    let faults: Faults

    func arrange(
        _ candidates: CandidateBatch, scores: [Float], for queries: [RerankQuery], by deadline: Deadline
    ) async throws -> Arrangement {
        try await faults.pass(.rerank, by: deadline)
        return try await whole.arrange(candidates, scores: scores, for: queries, by: deadline)
    }
}
