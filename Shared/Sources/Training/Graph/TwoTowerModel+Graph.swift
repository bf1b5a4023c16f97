import Models

extension TwoTowerModel {
    /// Graph towers as a recall model that is served like any other: every score is the same.
    ///
    /// An item's embedding is what it adds to its users' sums, its vector in another length: the item tower scales that away. A
    /// user is the long average of these, scaled as well. Layers, the short average and the constant are zero. Tokens stand for
    /// the items that have them: a token's embedding is the mean of those items' embeddings, which are told as what is left
    /// without their tokens; so an item that training did not know is where items like it are.
    init(_ towers: GraphTowers, tables: TwoTowerTables, settings: TwoTowerSettings) {
        let width = towers.dimensions
        let shape = TwoTowerShape(
            dimensions: width, itemHidden: 1, userHidden: 1, items: tables.items.count,
            itemTokens: tables.itemTokens.count, userTokens: tables.userTokens.count)
        var parameters = [Float](repeating: 0, count: shape.layout.count)
        for place in 0..<width { parameters[shape.userGates.offset + place] = 1 }
        let means = TokenMeans(of: towers, tables: tables)
        for (place, value) in means.rows.enumerated() { parameters[shape.tokenEmbeddings.offset + place] = value }
        for (place, value) in means.biases.enumerated() { parameters[shape.tokenBiases.offset + place] = value }
        for (row, item) in tables.itemOfRow.enumerated() {
            let item = Int(item)
            let (target, bias) = (shape.itemEmbeddings.offset + row * width, shape.itemBiases.offset + row)
            for place in 0..<width { parameters[target + place] = towers.history[item * width + place] }
            parameters[bias] = towers.biases[item]
            let tokens = tables.tokens[tables.tokenStarts[item]..<tables.tokenStarts[item + 1]]
            let share = 1 / Float(max(1, tokens.count))
            for token in tokens {
                for place in 0..<width {
                    parameters[target + place] -= share * means.rows[Int(token) * width + place]
                }
                parameters[bias] -= share * means.biases[Int(token)]
            }
        }
        self.init(
            shape: shape, temperature: settings.temperature, pooling: settings.pooling, items: tables.items,
            itemTokens: tables.itemTokens, userTokens: tables.userTokens, parameters: parameters)
    }
}

/// For each token the mean over the trained items that have it: of what they add to users, and of their biases.
private struct TokenMeans {
    private(set) var rows: [Float]
    private(set) var biases: [Float]

    init(of towers: GraphTowers, tables: TwoTowerTables) {
        let (width, count) = (towers.dimensions, tables.itemTokens.count)
        rows = [Float](repeating: 0, count: count * width)
        biases = [Float](repeating: 0, count: count)
        var items = [Float](repeating: 0, count: count)
        for item in tables.itemOfRow.map({ Int($0) }) {
            for token in tables.tokens[tables.tokenStarts[item]..<tables.tokenStarts[item + 1]] {
                let token = Int(token)
                for place in 0..<width { rows[token * width + place] += towers.history[item * width + place] }
                biases[token] += towers.biases[item]
                items[token] += 1
            }
        }
        for token in 0..<count where items[token] > 0 {
            for place in 0..<width { rows[token * width + place] /= items[token] }
            biases[token] /= items[token]
        }
    }
}
