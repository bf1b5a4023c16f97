package import Contracts
package import Logging
package import ModelHost
package import ModelRegistry

/// Keeps the live model of a process the one that the registry says, while it serves.
package struct ModelWatcher: Sendable {
    let registry: ModelRegistry
    let host: ModelHost
    let catalogue: any ItemCatalogue
    let logger: Logger
    /// How long a new version waits where another one is live: recall comes after ranking and re-rank, so that candidates
    /// of a new model find a ranking that has it.
    let delay: Duration

    package init(
        registry: ModelRegistry, host: ModelHost, catalogue: any ItemCatalogue, logger: Logger,
        delay: Duration = .zero
    ) {
        self.registry = registry
        self.host = host
        self.catalogue = catalogue
        self.logger = logger
        self.delay = delay
    }

    /// How often the registry is looked at: a small file, once a second.
    private static let interval = Duration.seconds(1)

    /// Makes the registry's active bundle the live one, if it is not yet.
    /// - Returns: the live version; nil when nothing is active.
    /// - Throws: when the bundle cannot be read; the live one stays.
    @discardableResult
    package func activateLatest() throws -> String? {
        guard let version = try registry.active(), version != host.liveVersion else { return host.liveVersion }
        let bundle = try registry.load(version)
        host.activate(bundle) { catalogue.snapshot() }
        return version
    }

    /// Runs until the task is cancelled. A bundle that cannot be read is reported once; the live one stays.
    package func run() async {
        var reported = ""
        while !Task.isCancelled {
            let live = host.liveVersion
            do {
                if live != nil, delay > .zero, try registry.active() != live { try? await Task.sleep(for: delay) }
                guard !Task.isCancelled else { return }
                if let version = try activateLatest(), version != live {
                    logger.info("model activated", ["model.version": .text(version)])
                }
                reported = ""
            } catch {
                let text = "\(error)"
                if text != reported {
                    logger.error("the active model cannot be read, the live one stays", ["error": .text(text)])
                }
                reported = text
            }
            try? await Task.sleep(for: Self.interval)
        }
    }
}
