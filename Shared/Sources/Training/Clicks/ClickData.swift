/// A benchmark of clicks, or ratings made yes or no: rows to learn from, to choose by and to measure on.
public struct ClickData: Sendable {
    public let train: FeatureRows
    public let valid: FeatureRows
    public let test: FeatureRows
    /// The fields of the features, without overlaps, ascending; found in the rows where none are given.
    public let fields: [FeatureField]

    /// Checks that there is something to learn and to measure.
    ///
    /// - Parameter fields: in any order; features outside all of them are taken as fields of their own.
    public init(
        train: FeatureRows, valid: FeatureRows, test: FeatureRows, fields: [FeatureField] = []
    ) throws(TrainingError) {
        for (name, rows) in [("train", train), ("valid", valid), ("test", test)] {
            guard rows.count > 0 else { throw TrainingError(.noData, "\(name) has no rows") }
            guard rows.labels.contains(0), rows.labels.contains(1) else {
                throw TrainingError(
                    .noData,
                    "all \(rows.count) labels of \(name) are \(Int(rows.labels[0])): there is nothing to tell apart")
            }
        }
        self.train = train
        self.valid = valid
        self.test = test
        self.fields = try Self.complete(fields, in: train)
    }

    private static func complete(
        _ given: [FeatureField], in rows: FeatureRows
    ) throws(TrainingError) -> [FeatureField] {
        guard !given.isEmpty else { return FeatureField.found(in: rows) }
        let sorted = given.filter { !$0.range.isEmpty }.sorted { $0.range.lowerBound < $1.range.lowerBound }
        for (field, next) in zip(sorted, sorted.dropFirst()) where field.range.upperBound > next.range.lowerBound {
            throw TrainingError(.badSetting, "the fields \(field.name) and \(next.name) share indices")
        }
        // What lies between, before and behind them.
        var complete: [FeatureField] = []
        var end = 0
        for field in sorted {
            if field.range.lowerBound > end {
                complete.append(FeatureField(name: "rest \(end)", range: end..<field.range.lowerBound))
            }
            complete.append(field)
            end = field.range.upperBound
        }
        complete.append(FeatureField(name: "rest \(end)", range: end..<FeatureRows.largestIndex + 1))
        return complete
    }
}
