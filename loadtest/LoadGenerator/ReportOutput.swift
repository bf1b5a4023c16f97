import CommandLine
import Glibc

/// Where the report goes: text to standard output, JSON to a file or to standard output in its place.
struct ReportOutput {
    /// Where the JSON goes, nil for nowhere.
    let descriptor: Int32?

    /// Whether the text is wanted.
    let isText: Bool

    func write(_ report: LoadReport, _ verdict: Verdict) throws {
        if let descriptor {
            var rest = Array(try report.json().utf8)[...]
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
        let line = verdict.line(report) + "\n"
        guard isText else {
            StandardError().write(line)
            return
        }
        StandardOutput().write(report.text() + line)
    }
}
