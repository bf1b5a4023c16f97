/// The words and figures of progress lines.
enum ProgressText {
    /// `reading  [#####-----]  50% 5,000/10,000 rows  1,250/s  0:04 left  loss 0.3`
    static func line(_ state: ProgressReporter.State, unit: String, seconds: Double) -> String {
        let rate = seconds > 0 ? Double(state.completed) / seconds : 0
        var line = state.label
        if let total = state.total, total > 0 {
            let share = min(max(Double(state.completed) / Double(total), 0), 1)
            let filled = Int(share * 20)
            let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
            line += " [\(bar)] \(Int(share * 100))%"
            if unit != "%" { line += " \(amount(state.completed, unit))/\(count(total, unit: unit))" }
        } else {
            line += " \(count(state.completed, unit: unit))"
        }
        if seconds >= 0.5, rate > 0 {
            if unit != "%" { line += "  \(unit == "B" ? bytes(rate) : Format.grouped(Int(rate.rounded())))/s" }
            if let total = state.total, total > state.completed {
                line += "  \(clock(Double(total - state.completed) / rate)) left"
            }
        }
        return state.note.isEmpty ? line : line + "  \(state.note)"
    }

    /// `1,234 rows`; bytes as `1.2 MB`.
    static func count(_ value: Int, unit: String) -> String {
        if unit == "B" { return bytes(Double(value)) }
        return unit.isEmpty ? Format.grouped(value) : "\(Format.grouped(value)) \(unit)"
    }

    /// `840 ms`, `12.3 s`, `3:05 min`.
    static func duration(_ seconds: Double) -> String {
        if seconds < 1 { return "\(Int((seconds * 1000).rounded())) ms" }
        if seconds < 60 { return "\(Format.fixed(seconds, 1)) s" }
        return "\(clock(seconds)) min"
    }

    private static func amount(_ value: Int, _ unit: String) -> String {
        unit == "B" ? bytes(Double(value)) : Format.grouped(value)
    }

    private static func bytes(_ value: Double) -> String {
        if value < 1e3 { return "\(Int(value)) B" }
        if value < 1e6 { return "\(Format.fixed(value / 1e3, 1)) kB" }
        return value < 1e9 ? "\(Format.fixed(value / 1e6, 1)) MB" : "\(Format.fixed(value / 1e9, 2)) GB"
    }

    /// `m:ss`, or `h:mm:ss`.
    private static func clock(_ seconds: Double) -> String {
        let whole = Int(min(seconds.rounded(), 1e9))
        let tail = "\(two(whole / 60 % 60)):\(two(whole % 60))"
        return whole >= 3600 ? "\(whole / 3600):\(tail)" : "\(whole / 60):\(two(whole % 60))"
    }

    private static func two(_ value: Int) -> String {
        value < 10 ? "0\(value)" : "\(value)"
    }
}
