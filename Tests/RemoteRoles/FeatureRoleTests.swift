import Contracts
import Deadline
import Domain
import EventLog
import RPC
import RemoteRoles
import Synchronization
import Testing

/// Users and items by what they were told.
private final class Features: UserFeaturesService, ItemFeaturesService {
    let asked = Mutex<[[String]]>([])
    let erased = Mutex<[String]>([])
    let put = Mutex<[[Item]]>([])
    let catchUps = Atomic(0)

    func states(of users: [String], by deadline: Deadline) async -> [UserLookup] {
        asked.withLock { $0.append(users) }
        return users.map { user in
            switch user.first {
            case "n": .unknown
            case "x": .unavailable(ServiceUnavailable("not mine"))
            default: .found(UserState(attributes: ["name=\(user)"]))
            }
        }
    }

    func erase(_ user: String) async throws -> Bool {
        erased.withLock { $0.append(user) }
        return user != "nobody"
    }

    func put(_ items: [Item]) async throws {
        if items.contains(where: { $0.id == "full" }) { throw LogError(.diskFull, "the disk is full") }
        put.withLock { $0.append(items) }
    }

    func delete(_ id: String) async throws -> Bool { id != "nothing" }

    func snapshot() -> CatalogueSnapshot {
        CatalogueSnapshot(
            version: 0, rows: ChunkedArray(), statistics: ItemStatistics(), facts: ChunkedArray(), categoryCodes: [:],
            popular: [], latest: [])
    }

    func number(of id: String) -> ItemNumber? { 7 }

    func catchUp() { catchUps.add(1, ordering: .relaxed) }
}

private func channel(_ features: Features) -> Loopback {
    Loopback(UserFeaturesHandler(features, executor: globalConcurrentExecutor))
}

@Suite struct RemoteUserFeaturesTests {
    private let users = (0..<60).map { "u\($0)" } + ["n1", "n2", "x1", "u0"]

    @Test func aBatchIsOneCallAReplicaAndComesBackInOrder() async {
        let replicas = [Features(), Features(), Features()]
        let remote = RemoteUserFeatures(replicas.map(channel), partitions: 8)
        let lookups = await remote.states(of: users, by: .never)
        for (user, lookup) in zip(users, lookups) {
            switch (user.first, lookup) {
            case ("n", .unknown): break
            case ("x", .unavailable(let error)): #expect((error as? ServiceUnavailable)?.description == "not mine")
            case ("u", .found(let state)): #expect(state.attributes == ["name=\(user)"])
            default: Issue.record("a look-up of \(user) is \(lookup)")
            }
        }
        for (index, replica) in replicas.enumerated() {
            let asked = replica.asked.withLock { $0 }
            #expect(asked.count == 1)
            #expect(asked[0] == users.filter { Murmur2.partition(of: $0, count: 8) % 3 == index })
        }
        #expect(await remote.states(of: [], by: .never).isEmpty)
    }

    @Test func aDeadReplicaCostsItsOwnUsersOnly() async {
        let alive = Features()
        let remote = RemoteUserFeatures([channel(alive), DeadChannel()], partitions: 8)
        let lookups = await remote.states(of: users, by: .never)
        for (user, lookup) in zip(users, lookups) where user.first == "u" {
            if remote.replica(of: user) == 0 {
                #expect(lookup.state?.attributes == ["name=\(user)"])
            } else {
                #expect(throws: ServiceUnavailable.self) { try lookup.get() }
            }
        }
        let owners = Set(users.map(remote.replica))
        #expect(owners == [0, 1])
    }

    @Test func onlyTheOwnerErases() async throws {
        let replicas = [Features(), Features()]
        let remote = RemoteUserFeatures(replicas.map(channel), partitions: 8)
        for user in users where user.first == "u" { #expect(try await remote.erase(user)) }
        #expect(try await !remote.erase("nobody"))
        for (index, replica) in replicas.enumerated() {
            #expect(replica.erased.withLock { $0 }.allSatisfy { remote.replica(of: $0) == index })
        }
        #expect(replicas.reduce(0) { $0 + $1.erased.withLock { $0.count } } == users.count - 3 + 1)
    }

    @Test func anAnswerOfAnotherLengthIsNotTaken() async {
        let remote = RemoteUserFeatures([FixedAnswer(answer: [])], partitions: 8)
        let lookups = await remote.states(of: ["u"], by: .never)
        #expect(throws: RPCError.self) { try lookups[0].get() }
    }
}

@Suite struct RemoteItemFeaturesTests {
    @Test func changesGoThereAndTheCatalogueCatchesUp() async throws {
        let there = Features()
        let here = Features()
        let remote = RemoteItemFeatures(
            Loopback(ItemFeaturesHandler(there, executor: globalConcurrentExecutor)), catalogue: here)
        let items = (0..<250).map { Item(id: "i\($0)", attributes: ["a": .flag(true)]) }
        try await remote.put(items)
        #expect(there.put.withLock { $0.flatMap { $0 } } == items)
        #expect(here.catchUps.load(ordering: .relaxed) == 1 && there.catchUps.load(ordering: .relaxed) == 0)
        #expect(try await remote.delete("i1"))
        #expect(try await !remote.delete("nothing"))
        #expect(here.catchUps.load(ordering: .relaxed) == 3)
        #expect(remote.number(of: "i1") == 7 && remote.snapshot().rows.count == 0)
    }

    @Test func whatTheLogSaysComesAsUnavailability() async {
        let there = Features()
        let remote = RemoteItemFeatures(
            Loopback(ItemFeaturesHandler(there, executor: globalConcurrentExecutor)), catalogue: there)
        await #expect { try await remote.put([Item(id: "full")]) } throws: {
            ($0 as? ServiceUnavailable)?.description == "the disk is full"
        }
        await #expect { try await remote.put([Item(id: "a\u{1}")]) } throws: {
            ($0 as? RPCError)?.code == .malformed
        }
    }
}
