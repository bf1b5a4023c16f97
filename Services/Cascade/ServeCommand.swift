import CommandLine
import Configuration
import EventLoop
import Logging
import Stack

/// `cascade serve`: one role as a process.
enum ServeCommand {
    private static let role = Positional(
        "ROLE", help: "One of \(Role.allCases.map(\.rawValue).joined(separator: ", ")).")
    private static let listen = address(
        "listen", "Where its callers reach it: HTTP for the gateway, RPC for the others.", "CASCADE_LISTEN")
    private static let admin = address("admin", "Where it answers /livez, /readyz and /metrics.", "CASCADE_ADMIN")
    private static let json = Flag("json", help: "Print one line of JSON once it is ready.")

    static let command = Command(
        "serve", summary: "Starts one role as a process of its own.",
        discussion:
            "The processes share a log: set CASCADE_KAFKA. The gateway finds the others by CASCADE_RECALL and so on.\n"
            + "A gateway takes sockets from whoever starts it (LISTEN_FDS, as systemd does) in place of --listen.\n"
            + "Other than loopback, the gateway listens only with CASCADE_API_KEYS, the others only with CASCADE_RPC_KEY.",
        parameters: [role, listen, admin, json] + CommonOptions.all
    ) { arguments in
        let name = try arguments.required(role)
        guard let role = Role(rawValue: name) else {
            let hint = Suggestion.nearest(to: name, among: Role.allCases.map(\.rawValue)).map {
                " Did you mean '\($0)'?"
            }
            throw UsageError("There is no role '\(name)'.\(hint ?? "")", command: arguments.command)
        }
        let configuration = try CommonOptions.configuration(arguments)
        let environment = ProcessEnvironment.current()
        let place = try RolePlace(
            role, configuration: configuration, listen: arguments[listen], admin: arguments[admin],
            sockets: try InheritedSockets.take(environment, isFromParent: environment["CASCADE_SUPERVISOR"] != nil),
            environment: environment)
        let process = RoleProcess(
            place, configuration: configuration, json: arguments[json] ?? false,
            progress: CommonOptions.progress(arguments),
            logger: CommonOptions.logger().with(["role": .text(role.rawValue)]))
        try await process.run()
        return .success
    }

    private static func address(_ name: String, _ help: String, _ variable: String) -> Option<HostPort> {
        Option(
            name, valueName: "HOST:PORT", help: help, defaultText: "127.0.0.1 and the role's own port",
            environment: variable
        ) { text throws(InvalidValue) in
            guard let address = HostPort(text) else { throw InvalidValue("HOST:PORT is expected") }
            return address
        }
    }
}
