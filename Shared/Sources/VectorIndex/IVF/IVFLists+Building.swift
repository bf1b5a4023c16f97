import Kernels

extension IVFLists {
    /// Lists of the rows, whose numbers are below `count`.
    static func build(_ rows: QuantisedRows, count: Int, _ clustering: Clustering) -> IVFLists {
        let layout = IVFLayout(
            dimensions: rows.dimensions, rows: rows.count, lists: clustering.members.count, hasBiases: rows.hasBiases)
        var present = ItemFilter(count: count)
        for number in rows.numbers { present.insert(number) }
        let lists = IVFLists(
            layout: layout, storage: IndexStorage(byteCount: layout.byteCount), count: count, present: present)
        lists.write(rows, clustering)
        lists.write(clustering)
        for list in clustering.members.indices { lists.writeBounds(of: list, rows, clustering) }
        return lists
    }

    private func write(_ rows: QuantisedRows, _ clustering: Clustering) {
        var place = 0
        for (list, members) in clustering.members.enumerated() {
            unsafe starts[list] = UInt32(place)
            for row in members {
                let vector = rows.values.span.extracting(row * rows.stride..<(row + 1) * rows.stride)
                unsafe Self.write(vector, row: place, into: self.rows)
                unsafe scales[place] = rows.scales[row]
                unsafe numbers[place] = rows.numbers[row]
                if let biases = unsafe biases { unsafe biases[place] = rows.biases[row] }
                place += 1
            }
        }
        unsafe starts[clustering.members.count] = UInt32(place)
        for row in place..<layout.paddedRows {
            unsafe scales[row] = .nan
            unsafe numbers[row] = .max
        }
    }

    private func write(_ clustering: Clustering) {
        let stride = clustering.stride
        var quantised = [Int8](repeating: 0, count: stride)
        var scale: [Float] = [0]
        for list in 0..<layout.lists {
            var bytes = quantised.mutableSpan
            var scales = scale.mutableSpan
            let mean = clustering.means.span.extracting(list * stride..<(list + 1) * stride)
            Kernels.quantiseRows(rows: 1, columns: stride, mean, into: &bytes, scales: &scales)
            unsafe Self.write(quantised.span, row: list, into: centroids)
            unsafe centroidScales[list] = scale[0]
        }
        for list in layout.lists..<layout.paddedLists { unsafe centroidScales[list] = .nan }
    }

    private static func write(_ vector: Span<Int8>, row: Int, into rows: UnsafeMutablePointer<Int8>) {
        let size = Kernels.blockRows * vector.count
        let first = unsafe rows + row / Kernels.blockRows * size
        var block = unsafe UnsafeMutableBufferPointer(start: first, count: size).mutableSpan
        Kernels.writeBlockRow(vector, row: row % Kernels.blockRows, dimensions: vector.count, into: &block)
    }

    /// Twice the standard deviation: lists are searched in the order of what their better rows score, not their average ones.
    private static let deviations: Float = 2

    private func writeBounds(of list: Int, _ rows: QuantisedRows, _ clustering: Clustering) {
        let members = clustering.members[list]
        let size = Float(max(1, members.count))
        let stride = clustering.stride
        var square: Float = 0
        var mean: Float = 0
        for row in members {
            for d in 0..<stride {
                let residual =
                    Float(rows.values[row * stride + d]) * rows.scales[row] - clustering.means[list * stride + d]
                square += residual * residual
            }
            mean += rows.biases[row] / size
        }
        unsafe spreads[list] = Self.deviations * (square / size / Float(rows.dimensions)).squareRoot()
        guard let bounds = unsafe biasBounds else { return }
        let variance = members.reduce(Float(0)) { $0 + (rows.biases[$1] - mean) * (rows.biases[$1] - mean) / size }
        unsafe bounds[list] = mean + Self.deviations * variance.squareRoot()
    }
}
