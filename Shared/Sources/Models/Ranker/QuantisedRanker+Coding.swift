import Domain

extension QuantisedRanker.Parameters {
    private enum Name {
        static let userLayer = "ranker.user_layer"
        static let itemLayer = "ranker.item_layer"
        static let bias1 = "ranker.bias1"
        static let layer2 = "ranker.layer2"
        static let bias2 = "ranker.bias2"
        static let output = "ranker.output"
        static let limits = "ranker.limits"
        static let lows = "ranker.feature_lows"
        static let highs = "ranker.feature_highs"
        static let direct = "ranker.direct"

        static func scales(of matrix: String) -> String { matrix + "_scales" }
    }

    /// Everything but names and the scale of users, as tensors of a file.
    var tensors: [TensorFile.Tensor] {
        func vector(_ name: String, _ values: [Float], rows: Int? = nil) -> TensorFile.Tensor {
            let rows = rows ?? values.count
            return TensorFile.Tensor(
                name: name, shape: [rows, rows > 0 ? values.count / rows : 1], content: .floats(values))
        }
        func bytes(_ name: String, _ matrix: QuantisedMatrix) -> TensorFile.Tensor {
            TensorFile.Tensor(name: name, shape: [matrix.rows, matrix.columns], content: .bytes(matrix.bytes))
        }
        // Floats first: they stay aligned in the file.
        return [
            vector(Name.userLayer, userLayer, rows: hidden1), vector(Name.itemLayer, itemLayer, rows: hidden1),
            vector(Name.bias1, bias1), vector(Name.bias2, bias2), vector(Name.limits, limits), vector(Name.lows, lows),
            vector(Name.highs, highs), vector(Name.direct, direct),
            vector(Name.scales(of: Name.layer2), layer2.scales), vector(Name.scales(of: Name.output), output.scales),
            bytes(Name.layer2, layer2), bytes(Name.output, output),
        ]
    }

    /// What ``tensors`` gave, for the sizes that a manifest names; every shape and every number is checked.
    init(
        _ sizes: BundleManifest.QuantisedRanker, dimensions: Int, tensors: [String: TensorFile.Tensor], file: String
    ) throws(BundleError) {
        let count = sizes.features.count
        func find(_ name: String, _ rows: Int, _ columns: Int) throws(BundleError) -> TensorFile.Tensor {
            guard let tensor = tensors[name] else {
                throw BundleError(.shapeMismatch, file, "lacks tensor \(name): restore it or train again")
            }
            guard tensor.shape == [rows, columns] else {
                throw BundleError(
                    .shapeMismatch, file,
                    "has tensor \(name) of shape \(tensor.shape), the manifest implies \([rows, columns])")
            }
            return tensor
        }
        func floats(_ name: String, _ rows: Int, _ columns: Int = 1) throws(BundleError) -> [Float] {
            guard let values = try find(name, rows, columns).floats else {
                throw BundleError(.corrupt, file, "holds tensor \(name) in bytes, floats are expected")
            }
            guard values.allSatisfy(\.isFinite) else {
                throw BundleError(.notFinite, file, "has a parameter in \(name) that is no finite number: train again")
            }
            return values
        }
        func matrix(_ name: String, _ rows: Int, _ columns: Int) throws(BundleError) -> QuantisedMatrix {
            guard let bytes = try find(name, rows, columns).bytes, !bytes.contains(.min) else {
                throw BundleError(.corrupt, file, "holds tensor \(name) in another form than bytes from -127 to 127")
            }
            return QuantisedMatrix(
                rows: rows, columns: columns, bytes: bytes, scales: try floats(Name.scales(of: name), rows))
        }
        let (hidden1, hidden2) = (sizes.hidden1, sizes.hidden2)
        self.init(
            dimensions: dimensions, features: sizes.features, userScale: sizes.userScale,
            userLayer: try floats(Name.userLayer, hidden1, dimensions),
            itemLayer: try floats(Name.itemLayer, hidden1, dimensions), bias1: try floats(Name.bias1, hidden1),
            layer2: try matrix(Name.layer2, hidden2, hidden1 + count), bias2: try floats(Name.bias2, hidden2),
            output: try matrix(Name.output, 1, hidden2), limits: try floats(Name.limits, 2),
            lows: try floats(Name.lows, count), highs: try floats(Name.highs, count),
            direct: try floats(Name.direct, count))
    }
}

extension ModelBundle {
    /// The int8 ranker that a manifest names; nil where it names none.
    static func quantisedRanker(
        _ manifest: BundleManifest, _ directory: String
    ) throws(BundleError) -> QuantisedRanker? {
        guard let sizes = manifest.quantisedRanker else { return nil }
        let path = "\(directory)/\(manifestFile)"
        guard [sizes.hidden1, sizes.hidden2].allSatisfy({ $0 >= 1 && $0 <= 1024 }), sizes.userScale.isFinite else {
            throw BundleError(.corrupt, path, "gives the ranker impossible sizes")
        }
        try check(features: sizes.features, path)
        let file = "\(directory)/\(quantisedRankerFile)"
        let tensors = try TensorFile.decode(try checked(quantisedRankerFile, in: directory, manifest), file: file)
        return QuantisedRanker(
            try QuantisedRanker.Parameters(
                sizes, dimensions: manifest.twoTower.dimensions, tensors: tensors, file: file
            ).widened(to: RankingFeature.specification))
    }
}
