/// What the features of a ``ClickData`` are: how models number them, and which of them belong to whom.
///
/// A request is one side of a row (the user and what else is known before items are looked at), an item the other. Fields
/// that the item's own feature determines, such as its genres, are the item's.
struct ClickSchema: Sendable {
    /// A field in the models' numbering.
    struct Field: Sendable, Equatable {
        var name: String
        var range: Range<Int>
        /// Whether it belongs to the item, else to the request.
        var isItem: Bool
    }

    /// Fields with features, ascending and without gaps.
    private(set) var fields: [Field] = []
    /// The field that names the user, and the one that names the item; both have one feature a row where they have one at
    /// all.
    private(set) var user: Int?
    private(set) var item: Int?
    /// Whether each feature is the item's.
    private var sides: [Bool] = []
    /// What values of a field are divided by.
    private var scales: [Float] = []
    /// The data's index of each feature, ascending.
    private let indices: [Int32]
    /// The feature of an index.
    private let numbers: [Int32: Int32]

    /// Features there are.
    var featureCount: Int { indices.count }

    /// The share of rows in which a field must be as the item says, to be the item's.
    private static let determined = 0.99
    /// The share of rows in which a field that names something must have exactly one feature.
    private static let naming = 0.95

    init(_ data: ClickData) {
        let rows = data.train
        indices = Set(rows.indices).sorted()
        numbers = Dictionary(uniqueKeysWithValues: indices.enumerated().map { ($1, Int32($0)) })
        var start = 0
        for field in data.fields {
            var end = start
            while end < indices.count, field.range.contains(Int(indices[end])) { end += 1 }
            if end > start { fields.append(Field(name: field.name, range: start..<end, isItem: false)) }
            start = end
        }
        scales = measuredScales(rows)
        chooseRoles(rows)
        assignSides(rows)
        sides = fields.flatMap { field in field.range.map { _ in field.isItem } }
    }

    /// The greatest value of each field, at least 1.
    private func measuredScales(_ rows: FeatureRows) -> [Float] {
        var scales = [Float](repeating: 1, count: fields.count)
        for (index, value) in zip(rows.indices, rows.values) {
            guard let feature = numbers[index] else { continue }
            let field = field(of: Int(feature))
            scales[field] = max(scales[field], abs(value))
        }
        return scales
    }

    /// The field of a feature. O(log fields).
    func field(of feature: Int) -> Int {
        var (low, high) = (0, fields.count - 1)
        while low < high {
            let middle = (low + high) / 2
            if feature < fields[middle].range.upperBound { high = middle } else { low = middle + 1 }
        }
        return low
    }

    /// By name; else, of the fields with one feature in nearly every row, the two with the most features, the user first.
    private mutating func chooseRoles(_ rows: FeatureRows) {
        var single = [Int](repeating: 0, count: fields.count)
        var counts = single
        for row in 0..<rows.count {
            for place in counts.indices { counts[place] = 0 }
            for place in rows.places(of: row) {
                if let feature = numbers[rows.indices[place]], rows.values[place] == 1 {
                    counts[field(of: Int(feature))] += 1
                }
            }
            for place in counts.indices where counts[place] == 1 { single[place] += 1 }
        }
        let naming = fields.indices.filter {
            Double(single[$0]) >= Self.naming * Double(rows.count) && fields[$0].range.count > 2
        }
        let largest = naming.sorted { (fields[$1].range.count, $0) < (fields[$0].range.count, $1) }
        func named(_ part: String) -> Int? { naming.first { fields[$0].name.lowercased().contains(part) } }
        let pair = largest.prefix(2).sorted()
        user = named("user") ?? pair.first { $0 != named("item") }
        item = named("item") ?? pair.last { $0 != user } ?? largest.first { $0 != user }
        // One alone says who is asked for, not who asks.
        if item == nil { (user, item) = (nil, user) }
    }

    /// A field is the item's when rows of the same item have the same features of it.
    private mutating func assignSides(_ rows: FeatureRows) {
        guard let item else {
            // Nothing says what an item is: the largest field stands for it.
            let largest = fields.indices.max { fields[$0].range.count < fields[$1].range.count }
            if let largest { fields[largest].isItem = true }
            return
        }
        fields[item].isItem = true
        var first = [Int](repeating: -1, count: fields[item].range.count)
        var same = [Int](repeating: 0, count: fields.count)
        var met = 0
        for row in 0..<rows.count {
            let own = features(of: row, in: rows)
            guard let feature = own.first(where: { fields[item].range.contains(Int($0.feature)) }) else { continue }
            let number = Int(feature.feature) - fields[item].range.lowerBound
            guard first[number] >= 0 else {
                first[number] = row
                continue
            }
            met += 1
            let other = features(of: first[number], in: rows)
            for (place, field) in fields.enumerated() {
                let (a, b) = (
                    own.filter { field.range.contains(Int($0.feature)) },
                    other.filter { field.range.contains(Int($0.feature)) }
                )
                if a.elementsEqual(b, by: { $0 == $1 }) { same[place] += 1 }
            }
        }
        for place in fields.indices where place != user && place != item {
            fields[place].isItem = met > 0 && Double(same[place]) >= Self.determined * Double(met)
        }
    }

    /// Whether a feature belongs to the item.
    func isItem(_ feature: Int32) -> Bool { sides[Int(feature)] }

    /// A row's features in the models' numbering; those that the training part does not have are left out.
    func features(of row: Int, in rows: FeatureRows) -> [(feature: Int32, value: Float)] {
        var features: [(feature: Int32, value: Float)] = []
        for place in rows.places(of: row) {
            guard let feature = numbers[rows.indices[place]] else { continue }
            features.append((feature, rows.values[place] / scales[field(of: Int(feature))]))
        }
        return features.sorted { $0.feature < $1.feature }
    }
}
