import Contracts
import Deadline
import Domain

extension Recommender {
    /// The users' rows: from their owner; where it does not give one, from the cache.
    func rows(of requests: [RecommendRequest], clock: StageClock) async -> KnownRows {
        let found = await users.states(of: requests.map(\.user), by: clock.deadline(of: .users))
        var rows = KnownRows(count: requests.count)
        var missing: [Int] = []
        for (place, lookup) in found.enumerated() {
            switch lookup {
            case .found(let state):
                rows.states[place] = state
                rows.origins[place] = .owner
            case .unknown:
                rows.origins[place] = .owner
            case .unavailable(let error):
                if missing.isEmpty { report(.users, error) }
                missing.append(place)
            }
        }
        guard !missing.isEmpty, let cache else { return rows }
        let kept = await cache.users(missing.map { requests[$0].user }, by: clock.share(30))
        for (place, state) in zip(missing, kept) {
            guard let state else { continue }
            rows.states[place] = state
            rows.origins[place] = .cache
        }
        return rows
    }
}
