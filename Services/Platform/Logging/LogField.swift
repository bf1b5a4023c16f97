/// One key of a line's metadata.
struct LogField: Sendable {
    let key: String
    let value: LogValue
}
