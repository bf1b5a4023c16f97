import CommandLine
import Glibc

/// A process could not be started.
struct ChildProcessError: ExitCoded, CustomStringConvertible {
    let description: String
    var exitCode: ExitCode { .failure }

    init(_ reason: String) { description = "A process cannot be started: \(reason)" }

    init(errno code: Int32) { self.init("\(String(cString: strerror(code))).") }
}
