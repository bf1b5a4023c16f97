import Kernels

/// Who took what: the bipartite graph of users and items, read from both sides, with the symmetric normalisation
/// A = D_u^-½ · R · D_i^-½ (He et al., LightGCN, SIGIR 2020, eq. 3). Users and items without edges have rows of zeros.
public struct InteractionGraph: Sendable {
    /// Users, numbered from 0.
    public let userCount: Int
    /// Items, numbered from 0.
    public let itemCount: Int
    private let itemsByUser: AdjacencyList
    private let usersByItem: AdjacencyList
    /// 1/√degree, 0 without edges.
    let userFactors: [Float]
    let itemFactors: [Float]

    /// The graph of a list of items for each user; an item that a list names twice counts once. O(edges·log).
    public init(itemCount: Int, itemsByUser lists: [[Int32]]) {
        userCount = lists.count
        self.itemCount = itemCount
        let byUser = AdjacencyList(lists: lists.map { Set($0).sorted() })
        itemsByUser = byUser
        let byItem = byUser.reversed(count: itemCount)
        usersByItem = byItem
        userFactors = (0..<lists.count).map { Self.factor(byUser.neighbours(of: $0).count) }
        itemFactors = (0..<itemCount).map { Self.factor(byItem.neighbours(of: $0).count) }
    }

    private static func factor(_ degree: Int) -> Float { degree > 0 ? 1 / Float(degree).squareRoot() : 0 }

    /// Edges.
    public var edgeCount: Int { itemsByUser.targets.count }

    /// A user's items, ascending.
    public func items(of user: Int) -> ArraySlice<Int32> { itemsByUser.neighbours(of: user) }

    /// Those of a user's items that are in a range, ascending. O(log items of the user).
    func items(of user: Int, in range: Range<Int>) -> ArraySlice<Int32> {
        let items = items(of: user)
        return items[Self.first(range.lowerBound, in: items)..<Self.first(range.upperBound, in: items)]
    }

    /// Where the first item stands that is not below another one.
    private static func first(_ item: Int, in items: ArraySlice<Int32>) -> Int {
        var (low, high) = (items.startIndex, items.endIndex)
        while low < high {
            let middle = (low + high) / 2
            if Int(items[middle]) < item { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// An item's users, ascending.
    func users(of item: Int) -> ArraySlice<Int32> { usersByItem.neighbours(of: item) }

    /// How many users took an item.
    public func degree(ofItem item: Int) -> Int { usersByItem.neighbours(of: item).count }

    /// Adds the user's row of A·X to `output`. O(items of the user·width).
    ///
    /// - Parameter x: itemCount × width.
    @unsafe
    func propagate(toUser user: Int, width: Int, _ x: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>) {
        for item in items(of: user) {
            unsafe Kernels.unsafeAxpy(
                userFactors[user] * itemFactors[Int(item)], x + Int(item) * width, into: output, count: width)
        }
    }
}
