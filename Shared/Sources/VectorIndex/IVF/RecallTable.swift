/// How many lists a search looks at for a recall: measured when an index is built, for some recalls and some numbers of
/// results.
struct RecallTable: Equatable, Sendable {
    static let recalls: [Double] = [0.8, 0.9, 0.95, 0.97, 0.98, 0.99, 0.995]
    static let sizes = [10, 50, 200, 1_000]

    /// Lists for recall r and size s at `r · sizes.count + s`; they rise with both.
    private(set) var lists: [UInt32]

    /// A table of measured numbers, in the order of ``lists``; made to rise.
    init(lists: [UInt32]) {
        precondition(lists.count == Self.recalls.count * Self.sizes.count, "not a number for each recall and size")
        self.lists = lists
        let columns = Self.sizes.count
        for i in lists.indices {
            if i % columns > 0 { self.lists[i] = max(self.lists[i], self.lists[i - 1]) }
            if i >= columns { self.lists[i] = max(self.lists[i], self.lists[i - columns]) }
        }
    }

    /// The lists to search for the `k` best with at least the given recall; more than there are stands for all.
    ///
    /// Between two sizes it is interpolated over the logarithm of k, and proportional to k above the last: the number of
    /// lists grows like a power of k that is below one, and lies under both. A recall above the last takes all.
    func lists(recall: Double, k: Int) -> Int {
        guard let row = Self.recalls.firstIndex(where: { $0 >= recall }) else { return .max }
        let values = (0..<Self.sizes.count).map { Double(lists[row * Self.sizes.count + $0]) }
        guard let above = Self.sizes.firstIndex(where: { $0 >= k }) else {
            let last = Self.sizes.count - 1
            let factor = Double(k) / Double(Self.sizes[last])
            return Int(min(values[last] * factor, 4e9).rounded(.up))
        }
        guard above > 0, Self.sizes[above] > k else { return Int(values[above]) }
        let part = Self.logarithm(k, Self.sizes[above - 1]) / Self.logarithm(Self.sizes[above], Self.sizes[above - 1])
        return Int((values[above - 1] + (values[above] - values[above - 1]) * part).rounded(.up))
    }

    /// ln(a/b) for a/b in [1, 5]: 2·artanh of (a - b)/(a + b), by its series, the same on every machine.
    private static func logarithm(_ a: Int, _ b: Int) -> Double {
        let x = Double(a - b) / Double(a + b)
        var power = x
        var sum = 0.0
        for i in stride(from: 1.0, through: 41, by: 2) {
            sum += power / i
            power *= x * x
        }
        return 2 * sum
    }

    /// At least what another table says, whose lists were `factor` times as large.
    func raised(to other: RecallTable, factor: Double) -> RecallTable {
        RecallTable(lists: zip(lists, other.lists).map { max($0, UInt32(min(Double($1) * factor, 4e9).rounded(.up))) })
    }
}
