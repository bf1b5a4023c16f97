/// The lexical rules of Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats).
package enum PrometheusText {
    /// Whether `name` is `[a-zA-Z_:][a-zA-Z0-9_:]*`.
    package static func isMetricName(_ name: String) -> Bool {
        isName(name, colon: true)
    }

    /// Whether `name` is `[a-zA-Z_][a-zA-Z0-9_]*`.
    package static func isLabelName(_ name: String) -> Bool {
        isName(name, colon: false)
    }

    private static func isName(_ name: String, colon: Bool) -> Bool {
        guard let first = name.utf8.first, !isDigit(first) else { return false }
        return name.utf8.allSatisfy { byte in
            isDigit(byte) || isLetter(byte) || byte == UInt8(ascii: "_") || (colon && byte == UInt8(ascii: ":"))
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        let lower = byte | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z")
    }

    /// `a="x",b="y"`, without the braces.
    static func labels(_ labels: KeyValuePairs<String, String>) -> String {
        labels.map { "\($0.key)=\"\(escapedLabel($0.value))\"" }.joined(separator: ",")
    }

    /// A label's value with backslash, quote and line feed escaped.
    static func escapedLabel(_ value: String) -> String {
        escaped(value, quote: true)
    }

    /// A help text with backslash and line feed escaped.
    static func escapedHelp(_ text: String) -> String {
        escaped(text, quote: false)
    }

    private static func escaped(_ text: String, quote: Bool) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quote: result += "\\\""
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// The shortest text that reads back as `value`; whole numbers below 2^53 without a fraction.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if value.rounded() == value && value.magnitude < 9_007_199_254_740_992 { return "\(Int64(value))" }
        return "\(value)"
    }
}
