import EventLog
import KafkaLog
import TestSupport
import Testing

/// What opening a log says about an address or a cluster that does not fit.
struct OpeningTests {
    @Test func anAddressWithNobodyThere() async {
        let place = KafkaPlace("127.0.0.1:1")
        let error = await KafkaPlace.error { _ = try place.open { $0.connectTimeout = .seconds(1) } }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("127.0.0.1:1") == true)
        #expect(error?.message.contains("Connection refused") == true, "\(error?.message ?? "nothing")")
        #expect(error?.message.contains("CASCADE_KAFKA") == true)
    }

    @Test func aNameThatIsNone() async {
        let place = KafkaPlace("no-such-host.invalid:9092")
        let error = await KafkaPlace.error { _ = try place.open { $0.connectTimeout = .seconds(1) } }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("no-such-host.invalid") == true)
    }

    @Test(arguments: Stranger.Manner.allCases)
    func somebodyElseThere(manner: Stranger.Manner) async {
        let stranger = Stranger(manner)
        let place = KafkaPlace(stranger.address)
        let error = await KafkaPlace.error { _ = try place.open { $0.connectTimeout = .seconds(4) } }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("that it is Kafka") == true, "\(error?.message ?? "nothing")")
        #expect(error?.message.contains(stranger.address) == true)
    }

    @Test(.enabled(if: KafkaServer.isAvailable)) func makesTopicsAndChecksThem() async throws {
        let kafka = try KafkaServer.shared()
        let place = KafkaPlace(kafka.address)
        // Several processes start at the same time.
        let logs = try await withThrowingTaskGroup(of: KafkaLog.self) { group in
            for _ in 0..<3 { group.addTask { try place.open() } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        for log in logs { log.close() }
        let described = try kafka.tool("topics", "--describe", "--topic", place.rows)
        #expect(described.contains("PartitionCount: 2") && described.contains("cleanup.policy=compact"))

        var error = await KafkaPlace.error { _ = try place.open { $0.partitions = 5 } }
        #expect(error?.code == .misconfigured)
        #expect(
            error?.message.contains("\(place.events) has 2 partitions, 5 expected: set CASCADE_PARTITIONS=2") == true,
            "\(error?.message ?? "nothing")")
        error = await KafkaPlace.error { _ = try place.open { $0.topics = [KafkaTopic(place.rows, .retained())] } }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("\(place.rows) has cleanup.policy=compact") == true)
        error = await KafkaPlace.error { _ = try place.open { $0.topics = [KafkaTopic(place.events, .compacted)] } }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("set cleanup.policy=compact") == true)
        error = await KafkaPlace.error {
            _ = try place.open {
                $0.replicas = 7
                $0.topics = [KafkaTopic("\(place.rows)-more", .compacted)]
            }
        }
        #expect(error?.code == .misconfigured)
        #expect(error?.message.contains("did not create topic") == true)
    }

    @Test(.enabled(if: KafkaServer.isAvailable)) func cannotErase() async throws {
        let log = try KafkaPlace(KafkaServer.shared().address).open()
        defer { log.close() }
        let error = await KafkaPlace.error { _ = try await log.eraseRecords(topic: "t", key: "k") }
        #expect(error?.code == .unsupported)
    }
}
