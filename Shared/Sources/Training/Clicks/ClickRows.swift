/// Rows in a model's numbering, see ``ClickSchema``.
struct ClickRows: Sendable {
    private(set) var labels: [Float] = []
    /// Row `r` owns the places `starts[r]..<starts[r + 1]`, ascending by feature.
    private(set) var starts: [Int] = [0]
    private(set) var features: [Int32] = []
    private(set) var values: [Float] = []
    /// The row's user and item, from 0, or -1 where it has none that is known.
    private(set) var users: [Int32] = []
    private(set) var items: [Int32] = []

    /// How many rows there are.
    var count: Int { labels.count }

    init(_ rows: FeatureRows, schema: ClickSchema) {
        for row in 0..<rows.count {
            let own = schema.features(of: row, in: rows)
            append(
                label: rows.labels[row], own, user: Self.number(own, schema.user.map { schema.fields[$0].range }),
                item: Self.number(own, schema.item.map { schema.fields[$0].range }))
        }
    }

    /// Adds a row.
    mutating func append(label: Float, _ own: [(feature: Int32, value: Float)], user: Int32, item: Int32) {
        labels.append(label)
        for feature in own {
            features.append(feature.feature)
            values.append(feature.value)
        }
        starts.append(features.count)
        users.append(user)
        items.append(item)
    }

    /// Adds all rows of others in the same numbering.
    mutating func append(_ others: ClickRows) {
        let first = features.count
        labels += others.labels
        features += others.features
        values += others.values
        starts += others.starts.dropFirst().map { $0 + first }
        users += others.users
        items += others.items
    }

    private static func number(_ features: [(feature: Int32, value: Float)], _ range: Range<Int>?) -> Int32 {
        guard let range, let own = features.first(where: { range.contains(Int($0.feature)) }) else { return -1 }
        return own.feature - Int32(range.lowerBound)
    }

    /// Where the features of a row are.
    func places(of row: Int) -> Range<Int> { starts[row]..<starts[row + 1] }
}
