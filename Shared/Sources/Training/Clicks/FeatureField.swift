/// A group of features that say the same kind of thing: the users, the items, the genres.
public struct FeatureField: Sendable, Equatable {
    /// Its name; made up where the data has none.
    public let name: String
    /// The indices of its features.
    public let range: Range<Int>

    /// A field of given indices.
    public init(name: String, range: Range<Int>) {
        self.name = name
        self.range = range
    }

    /// Fields found in rows that name none: the features at one place of all rows, places whose ranges of indices overlap
    /// being one field. Right where rows list their fields in the order of their indices, and one field too few where they
    /// do not. O(features).
    static func found(in rows: FeatureRows) -> [FeatureField] {
        var ranges: [ClosedRange<Int>] = []
        for row in 0..<rows.count {
            for (position, place) in rows.places(of: row).enumerated() {
                let index = Int(rows.indices[place])
                if position == ranges.count { ranges.append(index...index) }
                ranges[position] = min(ranges[position].lowerBound, index)...max(ranges[position].upperBound, index)
            }
        }
        var merged: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, last.upperBound >= range.lowerBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        return merged.enumerated().map { place, range in
            FeatureField(name: "field \(place)", range: range.lowerBound..<range.upperBound + 1)
        }
    }
}
