import CommandLine

extension LoadReport {
    /// The report for people, without the verdict.
    package func text() -> String {
        var lines: [String] = []
        func line(_ term: String, _ text: String) {
            lines.append(term + String(repeating: " ", count: Swift.max(11 - term.count, 1)) + text)
        }
        line("target", "\(target), \(Format.grouped(users)) users (power law, exponent \(exponent)), \(build) build")
        line("machine", machine)
        line(
            "rate",
            "\(Format.grouped(Int(achievedRate.rounded()))) of \(Format.grouped(Int(rate))) requests/s over "
                + "\(Format.fixed(duration, 1)) s, \(connections) connections, \(threads) generator thread\(threads == 1 ? "" : "s")"
        )
        line(
            "latency",
            "p50 \(figure(p50))  p90 \(figure(p90))  p99 \(figure(p99))  p99.9 \(figure(p999))  max \(figure(max)) ms "
                + "(from when a request was due)")
        line("waiting", "p99 \(figure(waitP99)) ms for a free connection")
        line("requests", "\(Format.grouped(requests)), \(Format.grouped(errors)) errors\(list(errorKinds))")
        line("unserved", unservedText())
        line("repeated", "\(Format.grouped(repeated)) (sent again: the connection broke before the answer)")
        if !statuses.isEmpty { line("status", listed(statuses)) }
        if !degraded.isEmpty { line("rungs", listed(degraded)) }
        let mean = requests > 0 ? bytes / requests : 0
        line("bodies", "\(Format.grouped(bytes)) bytes, \(Format.grouped(mean)) a request")
        line("generator", "\(Format.fixed(generatorMicroseconds, 1)) us of CPU a request")
        if let server { line("server", serverText(server)) }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The seconds that had most of them, in the order of time.
    private func unservedText() -> String {
        guard unserved > 0 else { return "0 (no answer, or status 5xx)" }
        let worst = unservedBySecond.compactMap { key, count in Int(key).map { (second: $0, count: count) } }
            .sorted { ($0.count, $1.second) > ($1.count, $0.second) }
        let shown = worst.prefix(12).sorted { $0.second < $1.second }
            .map { "\($0.second) s: \(Format.grouped($0.count))" }.joined(separator: ", ")
        let rest = worst.count > 12 ? ", and \(worst.count - 12) further seconds" : ""
        return "\(Format.grouped(unserved)) (no answer, or status 5xx); due in second \(shown)\(rest)"
    }

    private func figure(_ milliseconds: Double) -> String {
        Format.fixed(milliseconds, milliseconds < 100 ? 2 : 0)
    }

    private func listed(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key): \(Format.grouped($0.value))" }.joined(separator: ", ")
    }

    private func list(_ counts: [String: Int]) -> String {
        counts.isEmpty ? "" : " (\(listed(counts)))"
    }

    private func serverText(_ server: ServerUsage) -> String {
        var parts: [String] = []
        if let cpu = server.cpuMicrosecondsPerRequest { parts.append("\(Format.fixed(cpu, 1)) us of CPU a request") }
        let stages = server.stageMicrosecondsPerRequest.sorted { $0.value > $1.value }
        if !stages.isEmpty {
            parts.append("by stage " + stages.map { "\($0.key) \(Format.fixed($0.value, 1))" }.joined(separator: ", "))
        }
        if let batch = server.meanBatch { parts.append("mean batch \(Format.fixed(batch, 1))") }
        if let bytes = server.residentBytes { parts.append("\(Format.fixed(Double(bytes) / 1e6, 0)) MB resident") }
        return parts.joined(separator: "; ")
    }
}
