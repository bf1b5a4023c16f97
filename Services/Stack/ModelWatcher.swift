import Logging
import ModelHost

/// Picks up a change of the registry's active version while the process serves.
struct ModelWatcher {
    let stack: Stack

    /// How often the registry is looked at: a small file, once a second.
    private static let interval = Duration.seconds(1)

    /// Runs until the task is cancelled. A bundle that cannot be read is reported once; the live one stays.
    func run() async {
        var reported = ""
        while !Task.isCancelled {
            try? await Task.sleep(for: Self.interval)
            let live = stack.host.liveVersion
            do {
                if let version = try stack.activateLatest(), version != live {
                    stack.logger.info("model activated", ["model.version": .text(version)])
                }
                reported = ""
            } catch {
                let text = "\(error)"
                if text != reported {
                    stack.logger.error("the active model cannot be read, the live one stays", ["error": .text(text)])
                }
                reported = text
            }
        }
    }
}
