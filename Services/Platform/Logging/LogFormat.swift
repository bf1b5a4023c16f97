/// The form of log lines.
package enum LogFormat: String, Sendable {
    /// `2026-11-24T10:00:00.000Z info message key=value …`
    case text

    /// One JSON object a line: `ts`, `level`, `message` and the metadata's keys.
    case json
}
