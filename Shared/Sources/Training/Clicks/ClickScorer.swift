/// A trained model of clicks that answers requests: one user, many items.
protocol ClickScorer {
    /// The logits of a row's request with each of some items, by their numbers in ``ClickItems``.
    func score(request row: Int, of rows: ClickRows, items: [UInt32], into logits: inout [Float])
}

extension ClickScorer {
    /// The logit of each row with its own item.
    func logits(of rows: ClickRows, items: [UInt32]) -> [Float] {
        var logit: [Float] = [0]
        return (0..<rows.count).map { row in
            score(request: row, of: rows, items: [items[row]], into: &logit)
            return logit[0]
        }
    }
}
