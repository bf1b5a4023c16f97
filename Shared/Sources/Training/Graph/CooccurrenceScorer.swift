/// Normalised co-occurrence with what a user took: the row r·ÃᵀÃ, Ã = D_u^-½·R·D_i^-½ (the linear filter of GF-CF,
/// Shen et al., CIKM 2021, §3).
public struct CooccurrenceScorer: ItemScorer {
    private let graph: InteractionGraph

    public init(graph: InteractionGraph) { self.graph = graph }

    @unsafe
    public func score(_ users: [Int], into scores: UnsafeMutablePointer<Float>) {
        var weights = [Float](repeating: 0, count: graph.userCount)
        for (place, user) in users.enumerated() {
            let row = unsafe scores + place * graph.itemCount
            unsafe row.update(repeating: 0, count: graph.itemCount)
            var touched: [Int32] = []
            for item in graph.items(of: user) {
                for other in graph.users(of: Int(item)) {
                    if weights[Int(other)] == 0 { touched.append(other) }
                    weights[Int(other)] += graph.userFactors[Int(other)] * graph.itemFactors[Int(item)]
                }
            }
            for other in touched {
                let weight = weights[Int(other)] * graph.userFactors[Int(other)]
                weights[Int(other)] = 0
                for item in graph.items(of: Int(other)) {
                    unsafe row[Int(item)] += weight * graph.itemFactors[Int(item)]
                }
            }
        }
    }
}
