/// Collects what is wrong with the values of a configuration.
struct ConfigurationCheck {
    private(set) var problems: [String] = []

    mutating func require<Value: Comparable>(_ key: String, _ value: Value, in range: ClosedRange<Value>) {
        // Not `contains` alone: NaN lies in no range and must be named too.
        guard !range.contains(value) else { return }
        problems.append("\(key) is \(value); it must lie between \(range.lowerBound) and \(range.upperBound).")
    }

    mutating func require(_ condition: Bool, _ problem: @autoclosure () -> String) {
        if !condition { problems.append(problem()) }
    }
}
