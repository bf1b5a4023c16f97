package import Domain

/// Candidates of a whole batch in flat arrays: query `q` owns the range `offsets[q]..<offsets[q + 1]`.
package struct CandidateBatch: Sendable {
    /// Version of the model bundle that made them; empty when none did.
    package var model: String
    /// Length of a user vector.
    package var dimensions: Int
    /// queries × dimensions, zero where no tower ran.
    package var userVectors: [Float]
    package var offsets: [Int]
    package var items: [ItemNumber]
    /// The score by which the source ordered them, higher is better.
    package var scores: [Float]
    package var sources: [CandidateSource]

    package init(
        model: String = "", dimensions: Int = 0, userVectors: [Float] = [], offsets: [Int] = [0],
        items: [ItemNumber] = [], scores: [Float] = [], sources: [CandidateSource] = []
    ) {
        self.model = model
        self.dimensions = dimensions
        self.userVectors = userVectors
        self.offsets = offsets
        self.items = items
        self.scores = scores
        self.sources = sources
    }

    package var count: Int { offsets.count - 1 }

    package func range(of query: Int) -> Range<Int> { offsets[query]..<offsets[query + 1] }

    /// Adds a candidate to the query that is being filled.
    package mutating func append(_ item: ItemNumber, score: Float, source: CandidateSource) {
        items.append(item)
        scores.append(score)
        sources.append(source)
    }

    /// Adds candidates of one source to the query that is being filled; `scores` is parallel to `list`.
    package mutating func append(
        _ list: ArraySlice<ItemNumber>, scores values: ArraySlice<Float>, source: CandidateSource
    ) {
        items += list
        scores += values
        sources += repeatElement(source, count: list.count)
    }

    /// Ends the query that is being filled.
    package mutating func endQuery() { offsets.append(items.count) }
}
