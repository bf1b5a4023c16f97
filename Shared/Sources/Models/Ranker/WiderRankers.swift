extension QuantisedRanker.Parameters {
    /// The same ranker for a specification with more features at its end, of which it takes no notice.
    func widened(to specification: [String]) -> Self {
        let added = specification.count - features.count
        guard added > 0 else { return self }
        let (columns, zeros) = (layer2.columns, [Float](repeating: 0, count: added))
        var wider = self
        wider.features = specification
        wider.layer2 = QuantisedMatrix(
            rows: hidden2, columns: columns + added,
            bytes: (0..<hidden2).flatMap { row in
                layer2.bytes[(row * columns)..<((row + 1) * columns)] + [Int8](repeating: 0, count: added)
            }, scales: layer2.scales)
        wider.lows += zeros
        wider.highs += zeros
        wider.direct += zeros
        return wider
    }
}

extension RankerModel {
    /// The same ranker for a specification with more features at its end, of which it takes no notice.
    func widened(to specification: [String]) -> RankerModel {
        guard specification.count > features.count else { return self }
        let wide = RankerShape(
            dimensions: shape.dimensions, features: specification.count, hidden1: shape.hidden1, hidden2: shape.hidden2)
        var values = [Float](repeating: 0, count: wide.layout.count)
        for (old, new) in zip(shape.layout.tensors, wide.layout.tensors) {
            for row in 0..<old.rows {
                for column in 0..<old.columns {
                    values[new.offset + row * new.columns + column] =
                        parameters[old.offset + row * old.columns + column]
                }
            }
        }
        return RankerModel(shape: wide, features: specification, userScale: userScale, parameters: values)
    }
}
