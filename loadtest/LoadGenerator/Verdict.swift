import CommandLine

/// Whether a run held its rate, and if not, what it is short of.
package struct Verdict: Sendable, Equatable {
    /// The share of the rate that has to be answered well.
    static let requiredShare = 0.99

    /// What was missed, a phrase each; empty when the run passed.
    package let shortfalls: [String]

    package var isPass: Bool { shortfalls.isEmpty }

    /// Judges a report: the rate is answered to 99 % at least, nothing failed, and the 99th percentile is at most
    /// `p99Limit` milliseconds.
    package init(_ report: LoadReport, p99Limit: Double) {
        var shortfalls: [String] = []
        if report.achievedRate < report.rate * Self.requiredShare {
            let missing = 100 - report.achievedRate / report.rate * 100
            shortfalls.append(
                "\(Format.grouped(Int(report.achievedRate))) of \(Format.grouped(Int(report.rate))) requests/s "
                    + "(\(Format.fixed(missing, 1)) % short)")
        }
        if report.errors > 0 {
            shortfalls.append("\(Format.grouped(report.errors)) of \(Format.grouped(report.requests)) requests failed")
        }
        if report.p99 > p99Limit {
            shortfalls.append("p99 \(Format.fixed(report.p99, 1)) ms, more than \(Format.fixed(p99Limit, 1)) ms")
        }
        self.shortfalls = shortfalls
    }

    /// The last line of the text report.
    package func line(_ report: LoadReport) -> String {
        guard isPass else { return "SHORT: \(shortfalls.joined(separator: "; "))" }
        return "PASS: \(Format.grouped(Int(report.achievedRate.rounded()))) requests/s held, "
            + "p99 \(Format.fixed(report.p99, 1)) ms, no errors"
            + (report.repeated > 0 ? ", \(Format.grouped(report.repeated)) repeated" : "")
    }
}
