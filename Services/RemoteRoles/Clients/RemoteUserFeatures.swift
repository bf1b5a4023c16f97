package import Contracts
package import Deadline
import EventLog
import Messages
package import RPC

/// The role *user-features* in other processes: replica `i` of `N` owns the users of the partitions `p` with `p % N == i`.
///
/// A batch is one call a replica, all at the same time. A replica that does not answer makes its own users unavailable, no
/// others.
package struct RemoteUserFeatures: UserFeaturesService {
    private let replicas: [any RPCChannel]
    private let partitions: Int

    /// How long an erasure may take: it waits for the log and for disks.
    private static let erasureSeconds: UInt64 = 30

    /// - Parameters:
    ///   - replicas: a way to each replica, in their order; at least one.
    ///   - partitions: of the topic user-events.
    package init(_ replicas: [any RPCChannel], partitions: Int) {
        precondition(!replicas.isEmpty && partitions > 0, "no replica, or no partition")
        self.replicas = replicas
        self.partitions = partitions
    }

    /// The replica that a user is on.
    package func replica(of user: String) -> Int {
        Murmur2.partition(of: user, count: partitions) % replicas.count
    }

    package func states(of users: [String], by deadline: Deadline) async -> [UserLookup] {
        guard replicas.count > 1 else { return await states(of: users, from: 0, by: deadline) }
        var places = [[Int]](repeating: [], count: replicas.count)
        for (place, user) in users.enumerated() { places[replica(of: user)].append(place) }
        let asked = places.indices.filter { !places[$0].isEmpty }
        if asked.count == 1 { return await states(of: users, from: asked[0], by: deadline) }
        return await withTaskGroup(of: (Int, [UserLookup]).self) { group in
            for replica in asked {
                let own = places[replica].map { users[$0] }
                group.addTask { (replica, await states(of: own, from: replica, by: deadline)) }
            }
            var lookups = [UserLookup](repeating: .unknown, count: users.count)
            for await (replica, own) in group {
                for (place, lookup) in zip(places[replica], own) { lookups[place] = lookup }
            }
            return lookups
        }
    }

    /// One call.
    private func states(of users: [String], from replica: Int, by deadline: Deadline) async -> [UserLookup] {
        do {
            let lookups = try await replicas[replica].call(StatesMessages.self, .states, users, by: deadline)
            guard lookups.count == users.count else { throw RPCError.answerDoesNotFit("user-features") }
            return lookups
        } catch {
            return [UserLookup](repeating: .unavailable(error), count: users.count)
        }
    }

    package func erase(_ user: String) async throws -> Bool {
        try await replicas[replica(of: user)].call(
            EraseMessages.self, .erase, user, by: .after(milliseconds: 1000 * Self.erasureSeconds), once: true)
    }
}
