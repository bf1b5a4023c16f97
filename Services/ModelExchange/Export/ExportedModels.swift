package import Models

/// The models of a bundle as ONNX files, by name.
package struct ExportedModels: Sendable {
    /// `item-tower.onnx`, `user-tower.onnx` and, where the bundle has a ranker, `ranker.onnx`.
    package let files: [(name: String, bytes: [UInt8])]

    /// O(parameters).
    package init(_ bundle: ModelBundle) {
        let properties = ["cascade.version": bundle.version]
        var files = [
            ("item-tower.onnx", TowerGraphs.items(bundle.twoTower, properties).encoded()),
            ("user-tower.onnx", TowerGraphs.users(bundle.twoTower, properties).encoded()),
        ]
        switch bundle.ranker {
        case .float(let ranker): files.append(("ranker.onnx", FloatRankerGraph.graph(ranker, properties).encoded()))
        case .int8(let ranker):
            files.append(("ranker.onnx", QuantisedRankerGraph.graph(ranker.parameters, properties).encoded()))
        case nil: break
        }
        self.files = files
    }
}
