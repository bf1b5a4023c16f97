extension Option where Value == String {
    /// Any text that is not empty.
    package static func string(
        _ name: String, valueName: String = "TEXT", help: String, default defaultValue: String? = nil,
        defaultText: String? = nil, environment: String? = nil, isRepeatable: Bool = false
    ) -> Option {
        Option(
            name, valueName: valueName, help: help, default: defaultValue, defaultText: defaultText,
            environment: environment, isRepeatable: isRepeatable
        ) { text throws(InvalidValue) in
            guard !text.isEmpty else { throw InvalidValue("it must not be empty") }
            return text
        }
    }
}

extension Option where Value == Int {
    /// A whole number in a range.
    package static func integer(
        _ name: String, in range: ClosedRange<Int>, valueName: String = "N", help: String,
        default defaultValue: Int? = nil, defaultText: String? = nil, environment: String? = nil
    ) -> Option {
        Option(
            name, valueName: valueName, help: help, default: defaultValue, defaultText: defaultText,
            environment: environment
        ) { text throws(InvalidValue) in
            guard let value = Int(text), range.contains(value) else {
                throw InvalidValue("a whole number from \(range.lowerBound) to \(range.upperBound) is expected")
            }
            return value
        }
    }
}

extension Option where Value == Double {
    /// A finite number in a range.
    package static func double(
        _ name: String, in range: ClosedRange<Double>, valueName: String = "X", help: String,
        default defaultValue: Double? = nil, defaultText: String? = nil, environment: String? = nil
    ) -> Option {
        Option(
            name, valueName: valueName, help: help, default: defaultValue, defaultText: defaultText,
            environment: environment
        ) { text throws(InvalidValue) in
            guard let value = Double(text), range.contains(value) else {
                throw InvalidValue("a number from \(range.lowerBound) to \(range.upperBound) is expected")
            }
            return value
        }
    }
}

extension Option where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the enumeration's raw values.
    package static func choice(
        _ name: String, help: String, default defaultValue: Value? = nil, environment: String? = nil
    ) -> Option {
        let names = Value.allCases.map(\.rawValue)
        return Option(
            name, valueName: names.joined(separator: "|"), help: help, default: defaultValue,
            defaultText: defaultValue?.rawValue, environment: environment
        ) { text throws(InvalidValue) in
            guard let value = Value(rawValue: text) else {
                throw InvalidValue("one of \(names.joined(separator: ", ")) is expected")
            }
            return value
        }
    }
}
