import CommandLine
import Glibc

/// Where the report goes: text to standard output, JSON to a file or to standard output in its place.
struct ReportOutput {
    /// Where the JSON goes, nil for nowhere.
    let descriptor: Int32?

    /// Whether the text is wanted.
    let isText: Bool

    /// - Parameter line: the last one, which tells whether the run passed.
    func write(json: String, text: String, line: String) throws {
        if let descriptor {
            var rest = Array(json.utf8)[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else {
                    let reason = String(cString: strerror(errno))
                    throw CommandFailure(.cannotWrite, "The JSON report cannot be written: \(reason).")
                }
                rest = rest.dropFirst(count)
            }
        }
        guard isText else {
            StandardError().write(line + "\n")
            return
        }
        StandardOutput().write(text + line + "\n")
    }
}
