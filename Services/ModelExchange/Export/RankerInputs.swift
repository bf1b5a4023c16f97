/// What every ranker's graph takes and gives: a row a candidate.
///
/// `user_vectors [rows, dimensions]` are the user tower's, `item_vectors [rows, dimensions]` the item tower's, `features
/// [rows, features]` in the order that the property `cascade.features` names; `scores [rows]` order the candidates of a user.
struct RankerInputs {
    let users: String
    let items: String
    let features: String

    static let names = (users: "user_vectors", items: "item_vectors", features: "features")
    static let output = "scores"
    static let featuresProperty = "cascade.features"

    init(dimensions: Int, features count: Int, in builder: inout GraphBuilder) {
        users = builder.input(Self.names.users, .float, [.open("rows"), .fixed(dimensions)])
        items = builder.input(Self.names.items, .float, [.open("rows"), .fixed(dimensions)])
        features = builder.input(Self.names.features, .float, [.open("rows"), .fixed(count)])
    }

    /// The sum of two columns as the scores.
    static func finish(_ one: String, _ other: String, in builder: inout GraphBuilder) {
        let sum = builder.apply("Add", one, other)
        builder.output(builder.apply("Squeeze", sum, builder.axes(1)), as: output, [.open("rows")])
    }

    static func properties(_ properties: [String: String], features: [String]) -> [String: String] {
        properties.merging([featuresProperty: features.joined(separator: ",")]) { $1 }
    }
}
