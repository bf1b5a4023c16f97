import Contracts
import Deadline
import Domain
import EventLoop
import Metrics
import RPC
import RandomMessages
import RemoteRoles
import Synchronization
import Testing

/// A role behind a real socket, on a shard of its own.
private final class ServedRole: Sendable {
    let name: RPCName
    private let group: ShardGroup

    init(_ makeHandler: @escaping @Sendable (EventLoop) -> any RPCHandler) throws {
        let port = Mutex<UInt16>(0)
        group = try ShardGroup(count: 1, name: "role") { _, loop in
            let server = try RPCServer(
                loop: loop, configuration: RPCServerConfiguration(),
                metrics: RPCServerMetrics(in: MetricRegistry(), role: "test"), handler: makeHandler(loop))
            let address = try server.listen(on: SocketAddress(host: "127.0.0.1", port: 0))
            port.withLock { $0 = address.port }
            return [server]
        }
        name = RPCName([.init(host: "127.0.0.1", port: port.withLock { $0 })])
    }

    deinit { stop() }

    func stop() {
        group.stop()
        group.join()
    }
}

/// A shard with clients.
private final class Calling: Sendable {
    private let group: ShardGroup
    private let clients: [RPCClient]

    init(_ names: [RPCName]) throws {
        let clients = Mutex<[RPCClient]>([])
        group = try ShardGroup(count: 1, name: "caller") { _, loop in
            let made = try names.map { name in
                try RPCClient(
                    loop: loop, name: name, configuration: RPCClientConfiguration(),
                    metrics: RPCClientMetrics(in: MetricRegistry(), role: "test"))
            }
            clients.withLock { $0 = made }
            return made
        }
        self.clients = clients.withLock { $0 }
    }

    deinit {
        group.stop()
        group.join()
    }

    func onLoop<Result: Sendable>(
        _ body: @escaping @Sendable ([any RPCChannel]) async throws -> Result
    ) async throws -> Result {
        try await Task(executorPreference: group.loops[0]) { [clients] in try await body(clients) }.value
    }
}

@Suite struct SocketTests {
    private static var soon: Deadline { .after(milliseconds: 60_000) }

    @Test func theCascadeOverSocketsAnswersAsInOneProcess() async throws {
        let world = SmallWorld()
        let roles = [
            try ServedRole { RecallHandler(world.recall, executor: $0) },
            try ServedRole { RankingHandler(world.ranking, executor: $0) },
            try ServedRole { RerankHandler(world.rerank, executor: $0) },
        ]
        let calling = try Calling(roles.map(\.name))
        try await calling.onLoop { channels in
            let (recall, ranking) = (RemoteRecall(channels[0]), RemoteRanking(channels[1]))
            let rerank = RemoteRerank(channels[2])
            var random = FixedRandom(seed: 50)
            for _ in 0..<8 {
                let queries = random.list(1...9) { $0.query(world) }
                let users = queries.map(\.user)
                let found = try await recall.candidates(for: queries, by: Self.soon)
                #expect(words(found) == words(try await world.recall.candidates(for: queries, by: .never)))
                let scores = try await ranking.scores(of: found, for: users, explaining: true, by: Self.soon)
                let local = try await world.ranking.scores(of: found, for: users, explaining: true, by: .never)
                #expect(words(scores) == words(local))
                let wanted = queries.map { _ in RerankQuery(count: 10, diversity: 0.2) }
                let arranged = try await rerank.arrange(found, scores: scores.values, for: wanted, by: Self.soon)
                let arrangedHere = try await world.rerank.arrange(
                    found, scores: scores.values, for: wanted, by: .never)
                #expect(words(arranged) == words(arrangedHere))
            }
        }
    }

    @Test func manyCallsAtOnceEachGetTheirOwnAnswer() async throws {
        let role = PureRole()
        let served = try ServedRole { RecallHandler(role, executor: $0) }
        let calling = try Calling([served.name])
        let world = SmallWorld()
        var random = FixedRandom(seed: 51)
        let batches = (0..<200).map { _ in random.list(1...9) { $0.query(world) } }
        let found = try await calling.onLoop { channels in
            let recall = RemoteRecall(channels[0])
            return try await atOnce(batches) { try await recall.candidates(for: $0, by: Self.soon) }
        }
        // All went out in one turn of the caller's loop: they came in in few.
        #expect(role.calls.load(ordering: .relaxed) < 200)
        for (queries, batch) in zip(batches, found) {
            #expect(words(batch) == words(try await PureRole().candidates(for: queries, by: .never)))
        }
    }

    @Test func aReplicaThatEndsTakesItsOwnUsersOnly() async throws {
        struct Everybody: UserFeaturesService {
            func states(of users: [String], by deadline: Deadline) async -> [UserLookup] {
                users.map { .found(UserState(attributes: ["name=\($0)"])) }
            }

            func erase(_ user: String) async throws -> Bool { true }
        }
        let replicas = try (0..<2).map { _ in try ServedRole { UserFeaturesHandler(Everybody(), executor: $0) } }
        let calling = try Calling(replicas.map(\.name))
        let users = (0..<40).map { "u\($0)" }
        let lookUp: @Sendable () async throws -> [UserLookup] = {
            try await calling.onLoop { channels in
                await RemoteUserFeatures(channels, partitions: 8).states(of: users, by: Self.soon)
            }
        }
        #expect(try await lookUp().map { $0.state?.attributes } == users.map { ["name=\($0)"] })
        replicas[1].stop()
        let owners = RemoteUserFeatures([DeadChannel(), DeadChannel()], partitions: 8)
        for (user, lookup) in zip(users, try await lookUp()) {
            if owners.replica(of: user) == 0 {
                #expect(lookup.state?.attributes == ["name=\(user)"])
            } else {
                #expect(throws: ServiceUnavailable.self) { try lookup.get() }
            }
        }
    }
}
