/// Which of a role's replicas this process is: number `index` of `count`.
package struct Replica: Sendable, Equatable, CustomStringConvertible {
    package let index: Int
    package let count: Int

    /// The only one.
    package static let only = Replica(index: 0, count: 1)

    package init(index: Int, count: Int) {
        precondition(count > 0 && index >= 0 && index < count, "a replica is one of its number")
        self.index = index
        self.count = count
    }

    /// From `i/N`; nil for anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let index = Int(parts[0]), let count = Int(parts[1]), (1...1_024).contains(count),
            (0..<count).contains(index)
        else { return nil }
        self.init(index: index, count: count)
    }

    package var description: String { "\(index)/\(count)" }

    /// The partitions, out of so many, that are this replica's.
    package func partitions(of count: Int) -> [Int] { (0..<count).filter { $0 % self.count == index } }
}
