/// The known name that somebody who mistyped probably meant.
package enum Suggestion {
    /// The nearest of `names` by edits of one character (restricted Damerau-Levenshtein distance), nil when none is near:
    /// at most a third of the characters differ, and always one.
    package static func nearest(to name: String, among names: [String]) -> String? {
        let best = names.map { ($0, distance(name, $0)) }.min { $0.1 < $1.1 }
        guard let (candidate, edits) = best, edits <= max(max(name.count, candidate.count) / 3, 1) else { return nil }
        return candidate
    }

    /// O(length of `left` × length of `right`).
    static func distance(_ left: String, _ right: String) -> Int {
        let left = Array(left.utf8)
        let right = Array(right.utf8)
        var beforePrevious: [Int] = []
        var previous = Array(0...right.count)
        for row in left.indices {
            var current = [row + 1]
            for column in right.indices {
                let substitution = previous[column] + (left[row] == right[column] ? 0 : 1)
                var edits = min(substitution, previous[column + 1] + 1, current[column] + 1)
                if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                    edits = min(edits, beforePrevious[column - 1] + 1)
                }
                current.append(edits)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[right.count]
    }
}
