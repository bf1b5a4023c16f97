import CommandLine
import Configuration
import EventLoop
import Glibc

/// Which processes there are, where each is reached, and what each is told.
struct SplitPlan {
    /// What all processes are told.
    let common: [String: String]
    let gatewayURL: String
    private let places: [Place]
    /// Sockets of the gateway's port for each of its shards: they outlive its processes.
    private var sockets: [ListeningSocket]

    private struct Place {
        let role: Role
        let replica: Replica
        let address: HostPort
        let admin: HostPort
    }

    /// - Parameter models: the folder of the model bundles, which all share.
    init(_ supervisor: Supervisor, models: String) throws {
        let http = supervisor.configuration.http
        let replicas = supervisor.layout.userFeaturesReplicas
        let processes = Role.allCases.flatMap { role in
            let count = role == .userFeatures ? replicas : 1
            return (0..<count).map { (role, Replica(index: $0, count: count)) }
        }
        var sockets: [ListeningSocket] = []
        var ports = try FreePorts.choose(2 * processes.count)[...]
        func loopback() -> HostPort { HostPort(host: "127.0.0.1", port: ports.removeFirst()) }
        places = try processes.map { role, replica in
            var address = loopback()
            if role == .gateway {
                let port = http.port == 0 ? address.port : UInt16(http.port)
                sockets = try PortReservation(host: http.host, port: port).sockets(max(1, http.shards))
                address = HostPort(host: http.host, port: port)
            }
            return Place(role: role, replica: replica, address: address, admin: loopback())
        }
        self.sockets = sockets
        gatewayURL = "http://\(places.first { $0.role == .gateway }.map { "\($0.address)" } ?? "")"
        var common = supervisor.environment
        common["CASCADE_DATA"] = supervisor.dataDirectory
        common["CASCADE_MODELS"] = models
        common["CASCADE_SUPERVISOR"] = "\(getpid())"
        common["CASCADE_SHARDS"] = common["CASCADE_SHARDS"] ?? "\(max(1, http.shards))"
        if common["CASCADE_RPC_KEY"] == nil { common["CASCADE_RPC_KEY"] = Self.key() }
        for role in Role.allCases {
            guard let variable = role.addressVariable else { continue }
            common[variable] = places.filter { $0.role == role }.map { "\($0.address)" }.joined(separator: ",")
        }
        self.common = common
    }

    /// Once: the sockets are the gateway's then, to be closed when it is told to end.
    mutating func children(
        log: @escaping @Sendable (String) -> Void, onEvent: @escaping @Sendable (RoleChild, RoleChild.Event) -> Void
    ) -> [RoleChild] {
        defer { sockets = [] }
        return places.map { [sockets] place in
            var environment = common
            environment["CASCADE_REPLICA"] = "\(place.replica)"
            return RoleChild(
                place.role, replica: place.replica, address: place.address, admin: place.admin,
                sockets: place.role == .gateway ? sockets : [], environment: environment, log: log, onEvent: onEvent)
        }
    }

    /// A key for this run alone.
    private static func key() -> String {
        var random = SystemRandomNumberGenerator()
        return (0..<4).map { _ in
            let text = String(random.next(), radix: 16)
            return String(repeating: "0", count: 16 - text.utf8.count) + text
        }.joined()
    }
}
