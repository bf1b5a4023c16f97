import Domain

/// The best few of many scored items: higher scores first, ties by item number.
struct BestItems {
    private let count: Int
    /// Best first.
    private var kept: [(score: Float, item: ItemNumber)] = []

    init(count: Int) {
        self.count = count
        kept.reserveCapacity(count + 1)
    }

    /// Takes an item in when it is among the best. O(count) when it is, O(1) otherwise.
    mutating func offer(_ item: ItemNumber, score: Float) {
        if kept.count == count {
            guard let worst = kept.last, (worst.score, item) < (score, worst.item) else { return }
            kept.removeLast()
        }
        var place = kept.count
        while place > 0, (kept[place - 1].score, item) < (score, kept[place - 1].item) { place -= 1 }
        kept.insert((score, item), at: place)
    }

    func sorted() -> [ItemNumber] { kept.map(\.item) }

    /// The items with their scores, best first.
    var scored: [(score: Float, item: ItemNumber)] { kept }
}
