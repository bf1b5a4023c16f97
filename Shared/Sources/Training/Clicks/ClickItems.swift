/// The distinct items of some rows: the features of a row's item side, numbered from 0 in the order of appearance.
struct ClickItems: Sendable {
    private let schema: ClickSchema
    private var numbers: [[UInt64]: UInt32] = [:]
    /// Item `i` owns the places `starts[i]..<starts[i + 1]`.
    private(set) var starts: [Int] = [0]
    private(set) var features: [Int32] = []
    private(set) var values: [Float] = []

    /// How many there are.
    var count: Int { starts.count - 1 }

    init(schema: ClickSchema) { self.schema = schema }

    /// The item of each row; new ones are added. O(features).
    mutating func number(_ rows: ClickRows) -> [UInt32] {
        (0..<rows.count).map { row in
            let places = rows.places(of: row).filter { schema.isItem(rows.features[$0]) }
            let key = places.map { UInt64(UInt32(rows.features[$0])) << 32 | UInt64(rows.values[$0].bitPattern) }
            if let number = numbers[key] { return number }
            let number = UInt32(count)
            numbers[key] = number
            for place in places {
                features.append(rows.features[place])
                values.append(rows.values[place])
            }
            starts.append(features.count)
            return number
        }
    }

    /// Where an item's features are.
    func places(of item: Int) -> Range<Int> { starts[item]..<starts[item + 1] }
}
