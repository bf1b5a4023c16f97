/// Why one row cannot be used.
struct RowProblem: Error, Equatable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
