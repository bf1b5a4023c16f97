package import CommandLine

/// Whether a process that keeps ending before it is ready is worth another start.
package struct StartPatience {
    /// Starts that may fail for want of something that is out of reach.
    private static let limit = 3
    /// A configuration that is wrong does not become right by trying again.
    private static let hopeless: [ExitCode] = [
        .usage, .invalidData, .missingInput, .cannotWrite, .busy, .configuration,
    ]

    private var failures = 0

    package init() {}

    /// Notes that a start has failed.
    /// - Returns: whether there should be no further one: at once for what stays as it is; after the third time for what is
    ///   out of reach, a port that somebody else has among it; never for a crash.
    package mutating func isOver(after code: ExitCode) -> Bool {
        failures += 1
        return Self.hopeless.contains(code) || (code == .unavailable && failures >= Self.limit)
    }
}
