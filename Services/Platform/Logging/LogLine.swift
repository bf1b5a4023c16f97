/// The text of log lines.
enum LogLine {
    static func render(
        _ format: LogFormat, milliseconds: Int64, _ level: LogLevel, _ message: String, _ fields: [LogField]
    ) -> String {
        let time = LogTimestamp.text(milliseconds: milliseconds)
        switch format {
        case .text:
            var line = "\(time) \(level.name) \(message)"
            for field in fields { line += " \(key(field.key))=\(logfmt(field.value))" }
            return line
        case .json:
            var line = "{\"ts\":\"\(time)\",\"level\":\"\(level.name)\",\"message\":\(quoted(message))"
            for field in fields { line += ",\(quoted(field.key)):\(json(field.value))" }
            return line + "}"
        }
    }

    private static func key(_ key: String) -> String {
        String(key.map { $0 == " " || $0 == "=" || $0 == "\"" || $0.isNewline ? "_" : $0 })
    }

    private static func logfmt(_ value: LogValue) -> String {
        guard case .text(let text) = value else { return plain(value) }
        let needsQuotes =
            text.isEmpty
            || text.unicodeScalars.contains {
                $0.value <= 0x20 || $0 == "=" || $0 == "\"" || $0 == "\\" || isControl($0)
            }
        return needsQuotes ? quoted(text) : text
    }

    private static func json(_ value: LogValue) -> String {
        switch value {
        case .text(let text): quoted(text)
        case .number(let number) where !number.isFinite: quoted(plain(value))
        default: plain(value)
        }
    }

    private static func plain(_ value: LogValue) -> String {
        switch value {
        case .text(let text): text
        case .integer(let integer): "\(integer)"
        case .number(let number): "\(number)"
        case .boolean(let boolean): "\(boolean)"
        }
    }

    /// A JSON string; control characters cannot break a line or reach a terminal.
    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\r": result += "\\r"
            case "\t": result += "\\t"
            case _ where isControl(scalar):
                let digits = String(scalar.value, radix: 16)
                result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    /// C0, DEL, C1 and the two separators that some readers take for line ends.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || scalar.value == 0x2028 || scalar.value == 0x2029
    }
}
