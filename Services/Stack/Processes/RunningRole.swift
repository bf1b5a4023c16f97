import CommandLine
import EventLoop

/// A role that has been brought up to date in this process: what `cascade serve` keeps running.
protocol RunningRole: Sendable {
    /// Whether it can do its work now. From any thread.
    var readiness: Readiness { get }

    /// Waits for what callers are not to be answered without.
    /// - Throws: `CancellationError` when the task is cancelled.
    func prepare() async throws

    /// Starts to answer. What is returned is drained first when the process ends.
    /// - Throws: `ListenError` when the port is taken or the address is not ours.
    func listen() throws -> ListeningRole

    /// What goes on beside answering, until it is done or the task is cancelled.
    /// - Throws: what the process cannot go on with.
    func run() async throws

    /// Writes last checkpoints and closes the stores. After the listening side has been drained. Blocks.
    func close()
}

extension RunningRole {
    func prepare() async throws {}
}

/// The side of a role that its callers see.
struct ListeningRole: Sendable {
    /// `HOST:PORT`, with the real port.
    let address: String
    let shards: ShardGroup
}
