import Domain

/// Each item's nearest items by cosine, in flat arrays: item `i` owns the range `offsets[i]..<offsets[i + 1]`.
struct ItemNeighbours: Sendable {
    private var offsets: [Int] = [0]
    private var items: [ItemNumber] = []
    private var cosines: [Float] = []

    /// Nearest items kept for each of `items` items: all that matter in a small catalogue, and never more memory than
    /// ten million pairs take in a large one.
    static func depth(items: Int) -> Int { min(2000, max(200, 10_000_000 / max(1, items))) }

    /// Counts co-occurrences row by row, rows shared out to all cores.
    init(of pairs: PositivePairs) async {
        let usersByItem = pairs.usersByItem()
        let depth = Self.depth(items: pairs.itemCount)
        let step = 256
        let blocks = await withTaskGroup(of: (Int, ItemNeighbours).self) { group in
            for start in stride(from: 0, to: pairs.itemCount, by: step) {
                group.addTask {
                    let rows = start..<min(start + step, pairs.itemCount)
                    return (start, ItemNeighbours(rows: rows, pairs: pairs, usersByItem: usersByItem, depth: depth))
                }
            }
            var blocks: [Int: ItemNeighbours] = [:]
            for await (start, block) in group { blocks[start] = block }
            return blocks
        }
        for start in stride(from: 0, to: pairs.itemCount, by: step) {
            guard let block = blocks[start] else { continue }
            let base = items.count
            offsets += block.offsets.dropFirst().map { $0 + base }
            items += block.items
            cosines += block.cosines
        }
    }

    private init(rows: Range<Int>, pairs: PositivePairs, usersByItem: [[UInt32]], depth: Int) {
        var counts = [Int32](repeating: 0, count: pairs.itemCount)
        var touched: [ItemNumber] = []
        for row in rows {
            for user in usersByItem[row] {
                for other in pairs.itemsByUser[Int(user)] {
                    if counts[Int(other)] == 0 { touched.append(other) }
                    counts[Int(other)] += 1
                }
            }
            var near: [(cosine: Float, item: ItemNumber)] = []
            near.reserveCapacity(touched.count)
            for other in touched {
                let common = Float(counts[Int(other)])
                counts[Int(other)] = 0
                guard Int(other) != row else { continue }
                let norm = (Float(usersByItem[row].count) * Float(usersByItem[Int(other)].count)).squareRoot()
                near.append((common / norm, other))
            }
            touched.removeAll(keepingCapacity: true)
            if near.count > depth {
                near.sort { ($1.cosine, $0.item) < ($0.cosine, $1.item) }
                near.removeLast(near.count - depth)
            }
            items += near.map(\.item)
            cosines += near.map(\.cosine)
            offsets.append(items.count)
        }
    }

    /// Visits an item's neighbours.
    func forEach(of item: ItemNumber, _ body: (ItemNumber, Float) -> Void) {
        for place in offsets[Int(item)]..<offsets[Int(item) + 1] { body(items[place], cosines[place]) }
    }
}
