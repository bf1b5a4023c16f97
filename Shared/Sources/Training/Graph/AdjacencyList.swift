/// Neighbours of nodes in flat arrays: node `i` owns the range `starts[i]..<starts[i + 1]`.
struct AdjacencyList: Sendable {
    let starts: [Int]
    let targets: [Int32]

    init(lists: [[Int32]]) {
        var starts = [0]
        starts.reserveCapacity(lists.count + 1)
        for list in lists { starts.append(starts[starts.count - 1] + list.count) }
        self.starts = starts
        targets = Array(lists.joined())
    }

    private init(starts: [Int], targets: [Int32]) {
        self.starts = starts
        self.targets = targets
    }

    /// The same edges from the other side, whose nodes are below `count`; neighbours ascend.
    func reversed(count: Int) -> AdjacencyList {
        var starts = [Int](repeating: 0, count: count + 1)
        for target in targets { starts[Int(target) + 1] += 1 }
        for node in 0..<count { starts[node + 1] += starts[node] }
        var places = starts
        var sources = [Int32](repeating: 0, count: targets.count)
        for node in 0..<self.starts.count - 1 {
            for target in neighbours(of: node) {
                sources[places[Int(target)]] = Int32(node)
                places[Int(target)] += 1
            }
        }
        return AdjacencyList(starts: starts, targets: sources)
    }

    func neighbours(of node: Int) -> ArraySlice<Int32> { targets[starts[node]..<starts[node + 1]] }
}
