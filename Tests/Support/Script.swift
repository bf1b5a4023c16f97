import Foundation
import Glibc

/// A command that a test runs to its end.
///
/// Not with Foundation's `Process`: that waits for everything the command leaves running, too.
enum Script {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs it for a minute and a half at most. - Returns: what it printed, without white space around it.
    static func run(_ command: String, _ arguments: [String]) throws -> String {
        let output = FileManager.default.temporaryDirectory.appending(path: "cascade-script-\(UUID().uuidString)").path
        defer { unlink(output) }
        let line = ([command] + arguments).map(quoted).joined(separator: " ")
        let status = system(
            "exec /bin/bash -c \(quoted("\(closing); exec timeout 90 \(line)")) </dev/null >\(output) 2>&1")
        let printed = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        guard status == 0 else {
            throw Failure(description: "\(command) ended with status \(status): \(printed)")
        }
        return printed.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Runs a line of a shell, and does not wait for it.
    static func start(_ line: String) {
        _ = system("/bin/bash -c \(quoted("\(closing); \(line)")) </dev/null >/dev/null 2>&1 &")
    }

    static func quoted(_ word: String) -> String {
        "'" + word.replacingOccurrences(of: "'", with: "'\\''") + "'"
    }

    /// What is left running must not hold the test's own sockets.
    private static let closing =
        "for f in /proc/$$/fd/*; do n=${f##*/}; [ $n -gt 2 ] && [ $n -lt 255 ] && eval \"exec $n>&-\"; done"
}
