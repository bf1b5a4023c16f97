extension ItemVectors {
    /// The same vectors with another ranker's shares of them. O(items × parameters of the item's half).
    public func withHalves(of ranker: RankerModel) -> ItemVectors {
        var table = self
        table.rankerHalves = RowTable(width: ranker.itemHalfWidth)
        table.rankerHalves.grow(to: count)
        let (width, half, batch) = (vectors.width, ranker.itemHalfWidth, 256)
        var inputs = [Float](repeating: 0, count: batch * width)
        var halves = [Float](repeating: 0, count: batch * half)
        for start in stride(from: 0, to: count, by: batch) {
            let rows = min(batch, count - start)
            for row in 0..<rows {
                var output = inputs.mutableSpan
                var target = output._mutatingExtracting((row * width)..<((row + 1) * width))
                vectors.read(start + row, into: &target)
            }
            var output = halves.mutableSpan
            var target = output._mutatingExtracting(0..<(rows * half))
            ranker.encodeItemHalves(rows, vectors: inputs.span.extracting(0..<(rows * width)), into: &target)
            for row in 0..<rows {
                table.rankerHalves.write(halves.span.extracting((row * half)..<((row + 1) * half)), at: start + row)
            }
        }
        return table
    }

    /// The same vectors with another int8 ranker's shares of them. O(items × parameters of the item's half).
    public func withHalves(of ranker: QuantisedRanker) -> ItemVectors {
        var table = self
        table.rankerHalves = RowTable(width: 0)
        table.itemHalves = HalfTable(width: ranker.parameters.hidden1)
        table.itemHalves.grow(to: count)
        var inputs = [Float](repeating: 0, count: count * vectors.width)
        var span = inputs.mutableSpan
        copyVectors(into: &span)
        let halves = ranker.encodeItemHalves(count, vectors: inputs.span)
        for row in 0..<count { table.itemHalves.write(row, of: halves, at: row) }
        return table
    }
}
