package import CommandLine
package import Configuration
import DataDirectory
import DemoWorld
import Gateway
import Glibc
import Learning
package import Logging
import ModelHost

/// The product as one running process: opens the data, listens, makes sure that there is a model, serves until it is told
/// to end.
package struct Service {
    /// What to do when nothing is in the data directory yet.
    package enum Demo: Sendable {
        case whenEmpty, never
    }

    let configuration: CascadeConfiguration
    let dataDirectory: String
    let demo: Demo
    /// Where to write `{"url": …, "pid": …}` once ready, for scripts.
    let readyFile: String?
    let listening: ListenPolicy
    let redisPassword: String?
    let progress: ProgressOutput
    let logger: Logger

    package init(
        configuration: CascadeConfiguration, dataDirectory: String, demo: Demo, readyFile: String?,
        listening: ListenPolicy, redisPassword: String? = nil, progress: ProgressOutput, logger: Logger
    ) {
        self.configuration = configuration
        self.dataDirectory = dataDirectory
        self.demo = demo
        self.readyFile = readyFile
        self.listening = listening
        self.redisPassword = redisPassword
        self.progress = progress
        self.logger = logger
    }

    /// Serves until SIGTERM or Ctrl-C.
    package func run() async throws {
        let directory = try DataDirectory(path: dataDirectory)
        let stack = try await Stack(configuration, directory: directory, logger: logger)
        defer { stack.close() }
        let door = try open(stack)
        defer { door.drain() }
        progress.line("listening on \(door.url), data in \(dataDirectory)")
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await door.terminationRequest() }
            group.addTask {
                try await stack.fail()
                try await Task.sleep(for: .seconds(1 << 30))
            }
            group.addTask {
                if try await prepareModel(of: stack) { try announce(door.url, stack) }
                await stack.watcher.run()
            }
            try await group.next()
            group.cancelAll()
        }
        progress.line("stopping: requests in flight are finished first")
    }

    /// Listens; the shards share this process's roles, and have a cache of their own each where there is a Redis.
    private func open(_ stack: Stack) throws -> FrontDoor {
        let services = stack.gatewayServices(keyHashes: listening.keyHashes)
        guard configuration.redis.address != nil else { return try FrontDoor(configuration.http, services: services) }
        return try FrontDoor(configuration.http, metrics: stack.metrics) {
            [configuration, redisPassword, logger] loop in
            var services = services
            let (cache, connections) = try ShardCache.make(
                configuration, password: redisPassword, loop: loop, metrics: stack.metrics, logger: logger)
            services.cache = cache
            return (services, connections)
        }
    }

    /// Makes a model live: the one that is there, or one trained now.
    /// - Returns: false when there is nothing to train on.
    private func prepareModel(of stack: Stack) async throws -> Bool {
        if try stack.activateLatest() != nil { return true }
        let demoData = DemoData(
            log: stack.log, topics: stack.topics, notePath: stack.directory.unfinishedDemoPath, progress: progress)
        if let world = try demoData.wanted() {
            guard demo == .whenEmpty else {
                progress.line(
                    "nothing is here yet: answers are empty until there are items, events and a model "
                        + "(PUT /items/{id}, POST /events, 'cascade import', 'cascade train')")
                return false
            }
            progress.line(
                "nothing is here yet: making a demo world, a shop with its customers (--no-demo to start empty)")
            try await demoData.write(world)
            try await stack.flush()
        }
        // Others may train for the same models, where the log or their folder is shared.
        let lock = try WorkLock(folder: stack.directory.modelsPath)
        defer { withExtendedLifetime(lock) {} }
        let learner = Learner(
            log: stack.log, topics: stack.topics, registry: stack.registry, configuration: configuration)
        do {
            _ = try await learner.train(progress: progress)
        } catch let error as LearningError {
            progress.line("no model could be trained: \(error)")
            return false
        }
        return try stack.activateLatest() != nil
    }

    private func announce(_ url: String, _ stack: Stack) throws {
        if let readyFile {
            try AtomicFile.write("{\"url\": \"\(url)\", \"pid\": \(getpid())}\n", to: readyFile)
        }
        let examples = Examples(stack)
        progress.line("ready: model \(stack.host.liveVersion ?? ""). Try:\n\(examples.text(url: url))")
    }
}
