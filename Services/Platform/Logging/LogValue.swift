/// A value in a log line's metadata: written as a literal, or made from anything that describes itself.
package enum LogValue: Sendable, Equatable {
    case text(String)
    case integer(Int64)
    case number(Double)
    case boolean(Bool)

    /// The text of `value`.
    package init(_ value: some CustomStringConvertible) {
        self = .text(value.description)
    }

    /// A whole number.
    package init(_ value: some BinaryInteger) {
        self = Int64(exactly: value).map { .integer($0) } ?? .text(String(value))
    }

    /// A number.
    package init(_ value: Double) {
        self = .number(value)
    }

    /// A truth value.
    package init(_ value: Bool) {
        self = .boolean(value)
    }
}

extension LogValue: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral
{
    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .boolean(value) }
}
