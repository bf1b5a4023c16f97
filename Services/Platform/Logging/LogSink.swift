/// Where log lines go.
package protocol LogSink: Sendable {
    /// Takes one line, without its line feed. Called from any thread.
    func write(_ line: String)
}
