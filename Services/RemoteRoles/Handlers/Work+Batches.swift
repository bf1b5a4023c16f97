import Deadline
import RPC

extension RoleHandler.Work {
    /// Queries that are asked of a role at once, unless one call alone has more: a bound on how long one waits for others.
    private static var queriesAtOnce: Int { 64 }

    /// The latest of the calls' deadlines: the first one to pass must not take the others with it.
    var deadline: Deadline { calls.map(\.deadline).max() ?? .never }

    /// The same calls in groups that are asked of a role together: those of which `size` gives the number of queries and
    /// `fits` says that they go together.
    func groups(
        size: (Request) -> Int, fits: (Request, Request) -> Bool = { _, _ in true }
    ) -> [RoleHandler.Work<Request>] {
        var groups: [(places: [Int], size: Int)] = []
        for place in requests.indices {
            let count = size(requests[place])
            let open = groups.lastIndex {
                $0.size + count <= Self.queriesAtOnce && fits(requests[$0.places[0]], requests[place])
            }
            if let open {
                groups[open].places.append(place)
                groups[open].size += count
            } else {
                groups.append(([place], count))
            }
        }
        return groups.map { group in
            RoleHandler.Work(calls: group.places.map { calls[$0] }, requests: group.places.map { requests[$0] })
        }
    }

    /// What of a joint answer is each call's: ranges one after the other, as long as `size` says.
    func ranges(size: (Request) -> Int) -> [Range<Int>] {
        var end = 0
        return requests.map { request in
            let start = end
            end += size(request)
            return start..<end
        }
    }
}
