import Kernels

/// What each user did in the training part, as weights of a sum over items.
///
/// With μ the mean label of the user (pulled towards that of all by one row) and n the user's rows, an entry's `taste` is
/// (label − μ)/√n and its `presence` 1/√n (Koren, Factorization meets the neighborhood, KDD 2008, eq. 15, with labels for
/// ratings).
struct ClickHistory: Sendable {
    /// User `u` owns the entries `starts[u]..<starts[u + 1]`.
    let starts: [Int]
    let items: [Int32]
    let tastes: [Float]
    /// A user's: the same for all of the entries.
    let presences: [Float]
    /// The entry of each training row, -1 where the row has no user or no item.
    let entries: [Int32]

    /// How many users there are.
    var userCount: Int { starts.count - 1 }

    init(_ rows: ClickRows, userCount: Int) {
        var starts = [Int](repeating: 0, count: userCount + 1)
        var sums = [Float](repeating: 0, count: userCount)
        for row in 0..<rows.count where rows.users[row] >= 0 && rows.items[row] >= 0 {
            starts[Int(rows.users[row]) + 1] += 1
            sums[Int(rows.users[row])] += rows.labels[row]
        }
        let presences = (0..<userCount).map { 1 / Float(max(1, starts[$0 + 1])).squareRoot() }
        let mean = rows.labels.reduce(0, +) / Float(max(1, rows.count))
        let means = (0..<userCount).map { (sums[$0] + mean) / Float(starts[$0 + 1] + 1) }
        for user in 0..<userCount { starts[user + 1] += starts[user] }
        var next = starts
        var items = [Int32](repeating: 0, count: starts[userCount])
        var tastes = [Float](repeating: 0, count: starts[userCount])
        var entries = [Int32](repeating: -1, count: rows.count)
        for row in 0..<rows.count where rows.users[row] >= 0 && rows.items[row] >= 0 {
            let user = Int(rows.users[row])
            let entry = next[user]
            next[user] += 1
            items[entry] = rows.items[row]
            tastes[entry] = (rows.labels[row] - means[user]) * presences[user]
            entries[row] = Int32(entry)
        }
        (self.starts, self.items, self.tastes) = (starts, items, tastes)
        (self.presences, self.entries) = (presences, entries)
    }

    /// The entries of a user.
    func entries(of user: Int) -> Range<Int> { starts[user]..<starts[user + 1] }

    /// sum += Σ taste·tastes[item] + presence·presences[item] over a user's entries; tables of rows of `width`.
    @unsafe
    func addPast(
        of user: Int, tastes table: UnsafePointer<Float>, presences others: UnsafePointer<Float>, width: Int,
        to sum: UnsafeMutablePointer<Float>
    ) {
        for entry in entries(of: user) {
            let item = Int(items[entry]) * width
            unsafe Kernels.unsafeAxpy(tastes[entry], table + item, into: sum, count: width)
            unsafe Kernels.unsafeAxpy(presences[user], others + item, into: sum, count: width)
        }
    }
}
