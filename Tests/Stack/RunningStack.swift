import Configuration
import DataDirectory
import Foundation
import Gateway
import Logging
import Stack

/// A stack over a data directory of its own, listening on a port of its own.
final class RunningStack {
    let folder: URL
    private(set) var stack: Stack
    private(set) var door: FrontDoor
    private let directory: DataDirectory
    private let configuration: CascadeConfiguration
    private let keyHashes: Set<String>
    private let change: (GatewayServices) -> GatewayServices

    /// - Parameters:
    ///   - isPlanted: whether it holds ``PlantedWorld`` and its model; otherwise nothing.
    ///   - keyHashes: of the API keys that are asked for.
    ///   - change: replaces roles.
    init(
        isPlanted: Bool = true, keyHashes: Set<String> = [],
        configuration: CascadeConfiguration = PlantedWorld.configuration,
        change: @escaping (GatewayServices) -> GatewayServices = { $0 }
    ) async throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "cascade-stack-\(UUID().uuidString)")
        self.configuration = configuration
        self.keyHashes = keyHashes
        self.change = change
        for (path, bytes) in isPlanted ? try await PlantedWorld.files() : [:] {
            let url = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try bytes.write(to: url)
        }
        directory = try DataDirectory(path: folder.path)
        (stack, door) = try await Self.open(directory, configuration, keyHashes, change)
    }

    deinit {
        door.drain()
        stack.close()
        try? FileManager.default.removeItem(at: folder)
    }

    func connect() throws -> Connection { try Connection(door.url, of: self) }

    /// Ends the process's part and begins again on the same data.
    func restart() async throws {
        door.drain()
        stack.close()
        (stack, door) = try await Self.open(directory, configuration, keyHashes, change)
    }

    private static func open(
        _ directory: DataDirectory, _ configuration: CascadeConfiguration, _ keyHashes: Set<String>,
        _ change: (GatewayServices) -> GatewayServices
    ) async throws -> (Stack, FrontDoor) {
        let stack = try await Stack(configuration, directory: directory, logger: Logger(level: .error))
        try stack.activateLatest()
        var services = stack.gatewayServices(keyHashes: keyHashes)
        // A machine that runs all tests at once is slow: what is asserted must not depend on it.
        services.configuration.deadlineMilliseconds = 60_000
        services = change(services)
        return (stack, try FrontDoor(configuration.http, services: services))
    }
}
