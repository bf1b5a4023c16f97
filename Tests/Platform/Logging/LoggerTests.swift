import Foundation
import Logging
import Testing

@Suite struct LoggerTests {
    private let sink = CollectingSink()

    private func logger(_ format: LogFormat, level: LogLevel = .debug) -> Logger {
        // 2024-02-29T12:34:56.789Z: a leap day.
        Logger(level: level, format: format, sink: sink) { 1_709_210_096_789 }
    }

    @Test func aLineHasTimeLevelMessageAndMetadata() {
        logger(.text).info(
            "bundle loaded", ["model.version": "7", "load.ms": 12, "load.share": 0.5, "model.active": true])
        #expect(
            sink.lines == [
                "2024-02-29T12:34:56.789Z info bundle loaded model.version=7 load.ms=12 load.share=0.5 model.active=true"
            ])
    }

    @Test func valuesCannotBreakALine() throws {
        let hostile = "a b=\"c\"\n2024 error\u{1B}[2J\u{2028}\\"
        logger(.text).warning("refused", ["user.id": "\(hostile)", "empty": ""])
        logger(.json).warning("refused", ["user.id": "\(hostile)", "not.a.number": .init(Double.nan)])
        #expect(
            sink.lines.first
                == "2024-02-29T12:34:56.789Z warning refused user.id=\"a b=\\\"c\\\"\\n2024 error\\u001b[2J\\u2028\\\\\" empty=\"\""
        )
        let line = try #require(sink.lines.last)
        #expect(!line.unicodeScalars.contains { $0.value < 0x20 })
        let object = try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        #expect(object["user.id"] as? String == hostile)
        #expect(object["level"] as? String == "warning")
        #expect(object["message"] as? String == "refused")
        #expect(object["ts"] as? String == "2024-02-29T12:34:56.789Z")
        #expect(object["not.a.number"] as? String == "nan")
    }

    @Test func timesAgreeWithFoundations() throws {
        for milliseconds in [0, 951_782_400_000, 1_709_210_096_789, 4_107_542_400_001, -1] as [Int64] {
            let logger = Logger(sink: sink) { milliseconds }
            logger.info("x")
            let formatter = ISO8601DateFormatter()
            formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
            let date = Date(timeIntervalSince1970: Double(milliseconds) / 1000)
            #expect(try #require(sink.lines.last).hasPrefix(formatter.string(from: date)), "\(milliseconds)")
        }
    }

    @Test func linesBelowTheLevelAreDropped() {
        let logger = logger(.text, level: .warning)
        logger.debug("a")
        logger.info("b")
        logger.warning("c")
        logger.error("d")
        #expect(sink.lines.map { $0.split(separator: " ").last } == ["c", "d"])
    }

    @Test func contextComesFirst() {
        logger(.text).with(["shard": 1]).with(["role": "recall"]).info("ready", ["port": 80])
        #expect(sink.lines == ["2024-02-29T12:34:56.789Z info ready shard=1 role=recall port=80"])
    }

    @Test func theEnvironmentDecides() {
        let logger = Logger(environment: ["CASCADE_LOG": "json", "CASCADE_LOG_LEVEL": "error"], sink: sink)
        logger.warning("dropped")
        logger.error("kept")
        #expect(sink.lines.count == 1)
        #expect(sink.lines.first?.hasPrefix("{\"ts\":\"") == true)
        #expect(Logger(environment: ["CASCADE_LOG_LEVEL": "loud"], sink: sink).level == .info)
    }

    @Test func repeatedWarningsAreLimited() {
        let limit = LogRateLimit(intervalMilliseconds: 1_000)
        #expect(limit.admit(now: 5_000) == 0)
        #expect(limit.admit(now: 5_500) == nil)
        #expect(limit.admit(now: 5_999) == nil)
        #expect(limit.admit(now: 6_000) == 2)
        #expect(limit.admit(now: 6_001) == nil)
        #expect(limit.admit(now: 9_000) == 1)
    }
}
