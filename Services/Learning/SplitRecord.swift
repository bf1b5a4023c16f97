import Training

/// How a bundle's history was split, as one line of its manifest: what `evaluate` needs to make the same split again.
struct SplitRecord: Equatable {
    /// What the models were trained on.
    enum Scope: String {
        /// The training part alone; the rest can be measured on.
        case train
        /// Everything: nothing is left to measure on.
        case all
    }

    var scope: Scope
    var options: SplitOptions

    var text: String {
        "scope=\(scope.rawValue) method=\(options.method.rawValue) targets=\(options.targets.rawValue) "
            + "test=\(options.testShare) validation=\(options.validationShare) cases=\(options.casesPerUser) "
            + "minimum-users=\(options.minimumUsersByTime) maximum-users=\(options.maximumUsers) seed=\(options.seed)"
    }

    init(scope: Scope, options: SplitOptions) {
        self.scope = scope
        self.options = options
    }

    /// The record that ``text`` wrote; nil for anything else.
    init?(_ text: String) {
        var values: [Substring: Substring] = [:]
        for pair in text.split(separator: " ") {
            let parts = pair.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else { return nil }
            values[parts[0]] = parts[1]
        }
        guard let scope = values["scope"].flatMap({ Scope(rawValue: String($0)) }),
            let method = values["method"].flatMap({ SplitOptions.Method(rawValue: String($0)) }),
            let targets = values["targets"].flatMap({ SplitOptions.Targets(rawValue: String($0)) }),
            let test = values["test"].flatMap({ Double($0) }),
            let validation = values["validation"].flatMap({ Double($0) }),
            let cases = values["cases"].flatMap({ Int($0) }),
            let minimum = values["minimum-users"].flatMap({ Int($0) }),
            let maximum = values["maximum-users"].flatMap({ Int($0) }),
            let seed = values["seed"].flatMap({ UInt64($0) })
        else { return nil }
        self.scope = scope
        options = SplitOptions(
            method: method, targets: targets, testShare: test, validationShare: validation, casesPerUser: cases,
            minimumUsersByTime: minimum, maximumUsers: maximum, seed: seed)
    }
}
