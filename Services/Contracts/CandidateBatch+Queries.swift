extension CandidateBatch {
    /// The batch of some of the queries alone. O(their candidates).
    package func extracting(_ queries: Range<Int>) -> CandidateBatch {
        let range = offsets[queries.lowerBound]..<offsets[queries.upperBound]
        let vectors = (queries.lowerBound * dimensions)..<(queries.upperBound * dimensions)
        return CandidateBatch(
            model: model, dimensions: dimensions, userVectors: Array(userVectors[vectors]),
            offsets: offsets[queries.lowerBound...queries.upperBound].map { $0 - range.lowerBound },
            items: Array(items[range]), scores: Array(scores[range]), sources: Array(sources[range]))
    }

    /// Adds the queries of a batch that the same model made. O(its candidates).
    package mutating func append(_ other: CandidateBatch) {
        precondition(model == other.model && dimensions == other.dimensions, "batches of different models")
        let start = items.count
        userVectors += other.userVectors
        offsets += other.offsets.dropFirst().map { $0 + start }
        items += other.items
        scores += other.scores
        sources += other.sources
    }
}
