/// The baseline that knows nobody: how many users took an item.
public struct PopularityScorer: ItemScorer {
    private let degrees: [Float]

    public init(graph: InteractionGraph) {
        degrees = (0..<graph.itemCount).map { Float(graph.degree(ofItem: $0)) }
    }

    @unsafe
    public func score(_ users: [Int], into scores: UnsafeMutablePointer<Float>) {
        for place in users.indices {
            let row = unsafe scores + place * degrees.count
            for item in degrees.indices { unsafe row[item] = degrees[item] }
        }
    }
}
