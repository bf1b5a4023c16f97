import Domain
import Models

extension RowTable {
    /// The rows of `numbers`, one after the other; zeros for numbers beyond the table: a re-rank may be a moment behind the
    /// recall that names them.
    func gatherKnown(_ numbers: ArraySlice<ItemNumber>) -> [Float] {
        if numbers.allSatisfy({ Int($0) < count }) { return gather(numbers.span) }
        var rows = [Float](repeating: 0, count: numbers.count * width)
        for (place, number) in numbers.enumerated() where Int(number) < count {
            rows.replaceSubrange((place * width)..<((place + 1) * width), with: self[Int(number)])
        }
        return rows
    }
}
