/// What the queries of a batch may return.
struct SearchRules {
    let excluding: [[UInt32]]
    let allowed: [ItemFilter?]
    /// The batch's first query in the lists.
    let first: Int

    /// Whether something is barred for query `q` of the batch.
    func hasExclusions(_ q: Int) -> Bool {
        !excluding.isEmpty && !excluding[first + q].isEmpty
    }

    /// All that query `q` of the batch may return; nil for everything.
    func filter(_ q: Int) -> ItemFilter? {
        allowed.isEmpty ? nil : allowed[first + q]
    }
}
