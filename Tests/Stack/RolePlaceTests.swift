import CommandLine
import Configuration
import EventLoop
import Stack
import Testing

/// What a role's process is told, and what it refuses.
@Suite struct RolePlaceTests {
    private static func configuration(_ environment: [String: String]) throws -> CascadeConfiguration {
        try CascadeConfiguration.load(file: nil, environment: environment)
    }

    private static let kafka = ["CASCADE_KAFKA": "k:9092", "CASCADE_DATA": "/data"]
    private static let roles = [
        "CASCADE_RECALL": "a:1", "CASCADE_RANKING": "a:2", "CASCADE_RERANK": "a:3", "CASCADE_USER_FEATURES": "a:4",
        "CASCADE_ITEM_FEATURES": "a:5",
    ]

    private func place(
        _ role: Role, _ more: [String: String] = [:], without: String? = nil, listen: HostPort? = nil,
        admin: HostPort? = nil, sockets: [ListeningSocket] = []
    ) throws -> RolePlace {
        var environment = Self.kafka.merging(Self.roles) { $1 }.merging(more) { $1 }
        if let without { environment[without] = nil }
        return try RolePlace(
            role, configuration: Self.configuration(environment), listen: listen, admin: admin, sockets: sockets,
            environment: environment)
    }

    private func refusal(_ body: () throws -> RolePlace) -> String {
        do {
            _ = try body()
            return "nothing"
        } catch {
            #expect((error as? any ExitCoded)?.exitCode == .configuration, "\(error)")
            return "\(error)"
        }
    }

    @Test func defaultsAreLoopbackAndTheRolesOwnPorts() throws {
        let recall = try place(.recall)
        #expect("\(recall.address)" == "127.0.0.1:7101" && "\(recall.admin.address)" == "127.0.0.1:7201")
        #expect(recall.folder == "/data/recall" && recall.models == "/data/models")
        let gateway = try place(.gateway, ["CASCADE_PORT": "8181"])
        #expect("\(gateway.address)" == "127.0.0.1:8181" && "\(gateway.admin.address)" == "127.0.0.1:7200")
        let users = try place(.userFeatures, ["CASCADE_REPLICA": "1/2", "CASCADE_MODELS": "/m"])
        #expect(users.folder == "/data/user-features-1" && users.models == "/m")
        #expect(users.replica == Replica(index: 1, count: 2))
    }

    @Test func whatLetsEverybodyInIsRefused() throws {
        let everywhere = HostPort(host: "0.0.0.0", port: 0)
        #expect(refusal { try place(.recall, listen: everywhere) }.contains("CASCADE_RPC_KEY"))
        #expect(refusal { try place(.gateway, listen: everywhere) }.contains("CASCADE_API_KEYS"))
        #expect(refusal { try place(.recall, ["CASCADE_RPC_KEY": "short"]) }.contains("CASCADE_RPC_KEY"))
        #expect(refusal { try place(.recall, ["CASCADE_API_KEYS": "short"]) }.contains("CASCADE_API_KEYS"))
        _ = try place(.recall, ["CASCADE_RPC_KEY": "0123456789abcdef"], listen: everywhere)
        _ = try place(.gateway, ["CASCADE_API_KEYS": "0123456789abcdef"], listen: everywhere)
        _ = try place(.recall, admin: everywhere)
    }

    @Test func socketsThatAreHandedOverTakeThePlaceOfTheAddress() throws {
        let sockets = try PortReservation(host: "127.0.0.1", port: 0).sockets(2)
        let gateway = try place(.gateway, listen: HostPort(host: "127.0.0.1", port: 1), sockets: sockets)
        #expect(gateway.address == HostPort(host: "127.0.0.1", port: sockets[0].address.port))
        #expect(refusal { try place(.recall, sockets: sockets) }.contains("LISTEN_FDS"))
        // One of them is enough to let everybody in.
        let open = try sockets + PortReservation(host: "0.0.0.0", port: 0).sockets(1)
        #expect(refusal { try place(.gateway, sockets: open) }.contains("CASCADE_API_KEYS"))
        _ = try place(.gateway, ["CASCADE_API_KEYS": "0123456789abcdef"], sockets: open)
    }

    @Test func whatIsMissingIsNamed() throws {
        #expect(refusal { try place(.recall, without: "CASCADE_KAFKA") }.contains("CASCADE_KAFKA"))
        for variable in Self.roles.keys {
            #expect(refusal { try place(.gateway, without: variable) }.contains(variable))
        }
    }
}
