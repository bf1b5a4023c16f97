/// Labelled rows of sparse features in flat arrays: row `r` owns the places `starts[r]..<starts[r + 1]`.
public struct FeatureRows: Sendable, Equatable {
    /// 1 or 0 for each row.
    public private(set) var labels: [Float] = []
    /// One more than there are rows.
    public private(set) var starts: [Int] = [0]
    /// Index of each feature.
    public private(set) var indices: [Int32] = []
    /// Its value.
    public private(set) var values: [Float] = []

    /// No rows.
    public init() {}

    /// How many rows there are.
    public var count: Int { labels.count }

    /// Adds a row.
    mutating func append(label: Float, features: [(index: Int32, value: Float)]) {
        labels.append(label)
        for feature in features {
            indices.append(feature.index)
            values.append(feature.value)
        }
        starts.append(indices.count)
    }

    /// Where the features of a row are.
    func places(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }
}
