/// What a command returns to the shell; the numbers are those of BSD's `sysexits.h` where it has one.
package enum ExitCode: Int32, Sendable, CaseIterable {
    /// Done.
    case success = 0

    /// Failed for a reason that has no number of its own; the message says which.
    case failure = 1

    /// The command line is wrong.
    case usage = 64

    /// Input is there but cannot be used: a corrupt bundle, a file of another format.
    case invalidData = 65

    /// Input is missing or not readable.
    case missingInput = 66

    /// Something needed is not reachable: a port in use, a server that does not answer.
    case unavailable = 69

    /// Output cannot be written: a full disk, a read-only folder.
    case cannotWrite = 74

    /// Try again later: another process holds the data directory.
    case busy = 75

    /// The configuration is wrong.
    case configuration = 78

    /// Stopped by Ctrl-C.
    case interrupted = 130
}
