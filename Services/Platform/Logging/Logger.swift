import Glibc

/// Writes structured lines: a static message, and what varies as metadata with dotted keys.
///
///     logger.info("bundle loaded", ["model.version": "7", "load.ms": 12])
///     2026-11-24T10:00:00.000Z info bundle loaded model.version=7 load.ms=12
///
/// Libraries are given a logger and never make one. What is thrown is not logged as well.
package struct Logger: Sendable {
    /// Lines below this level are dropped before anything is formatted.
    package let level: LogLevel

    private let format: LogFormat
    private let sink: any LogSink
    private let now: @Sendable () -> Int64
    private let context: [LogField]

    /// A logger that writes to `sink`; `now` tells milliseconds since the epoch.
    package init(
        level: LogLevel = .info, format: LogFormat = .text, sink: any LogSink = StandardErrorSink(),
        now: @escaping @Sendable () -> Int64 = Logger.wallClock
    ) {
        self.init(level: level, format: format, sink: sink, now: now, context: [])
    }

    /// The logger that the environment asks for: `CASCADE_LOG=json|text`, `CASCADE_LOG_LEVEL=debug|info|warning|error`.
    /// Values that are none of these leave the defaults.
    package init(environment: [String: String], sink: any LogSink = StandardErrorSink()) {
        self.init(
            level: environment["CASCADE_LOG_LEVEL"].flatMap(LogLevel.init(name:)) ?? .info,
            format: environment["CASCADE_LOG"].flatMap(LogFormat.init(rawValue:)) ?? .text,
            sink: sink)
    }

    private init(
        level: LogLevel, format: LogFormat, sink: any LogSink, now: @escaping @Sendable () -> Int64, context: [LogField]
    ) {
        self.level = level
        self.format = format
        self.sink = sink
        self.now = now
        self.context = context
    }

    /// The same logger with `metadata` on each of its lines, before the line's own.
    package func with(_ metadata: KeyValuePairs<String, LogValue>) -> Logger {
        let context = context + metadata.map { LogField(key: $0.key, value: $0.value) }
        return Logger(level: level, format: format, sink: sink, now: now, context: context)
    }

    /// What helps whoever looks for a fault.
    package func debug(_ message: StaticString, _ metadata: KeyValuePairs<String, LogValue> = [:]) {
        log(.debug, message, metadata)
    }

    /// What happens in normal operation.
    package func info(_ message: StaticString, _ metadata: KeyValuePairs<String, LogValue> = [:]) {
        log(.info, message, metadata)
    }

    /// What somebody should look at, though service goes on.
    package func warning(_ message: StaticString, _ metadata: KeyValuePairs<String, LogValue> = [:]) {
        log(.warning, message, metadata)
    }

    /// What failed and was not made good.
    package func error(_ message: StaticString, _ metadata: KeyValuePairs<String, LogValue> = [:]) {
        log(.error, message, metadata)
    }

    /// Writes a line if `level` is at least the logger's.
    package func log(_ level: LogLevel, _ message: StaticString, _ metadata: KeyValuePairs<String, LogValue> = [:]) {
        guard level >= self.level else { return }
        let fields = context + metadata.map { LogField(key: $0.key, value: $0.value) }
        sink.write(LogLine.render(format, milliseconds: now(), level, message.description, fields))
    }

    /// Milliseconds since the epoch.
    package static func wallClock() -> Int64 {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000
    }
}
