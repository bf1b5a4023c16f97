import CommandLine
import Glibc

/// A process could not be started.
struct ChildProcessError: ExitCoded, CustomStringConvertible {
    let description: String
    var exitCode: ExitCode { .failure }

    init(errno code: Int32) {
        description = "A process cannot be started: \(String(cString: strerror(code)))."
    }
}
