import Training

/// Settings of both kinds of towers, as a command line gives them.
struct TowerSettings {
    private(set) var product = TwoTowerSettings()
    private(set) var trainsProduct = true
    private(set) var trainsGraph = true
    private var graphArguments: [(String, Double)] = []

    init(_ arguments: ArraySlice<String>) {
        for argument in arguments {
            let fields = argument.split(separator: "=")
            guard fields.count == 2, let value = Double(fields[1]) else { continue }
            switch fields[0] {
            case "only": (trainsProduct, trainsGraph) = (value == 0, value == 1)
            case let name where name.hasPrefix("g."): graphArguments.append((String(name.dropFirst(2)), value))
            default: TrainingBenchmark.apply(String(fields[0]), value, to: &product)
            }
        }
    }

    func graph(users: Int) -> GraphTowerSettings {
        var settings = GraphTowerSettings(users: users)
        settings.threads = product.threads
        settings.seed = product.seed
        for (name, value) in graphArguments { LightGCN.apply(name, value, to: &settings) }
        return settings
    }
}
