extension ItemLinks {
    /// Names of the kinds in the order of the weights.
    static let kindNames = Kind.allCases.map { "\($0)" }

    private enum Name {
        static let scales = "links.scales"
        static let counts = "links.counts"
        static let targets = "links.targets"
        static let weights = "links.weights"
    }

    /// The table as tensors of a file: how many links each item has, to which rows, with a byte for each kind.
    var tensors: [TensorFile.Tensor] {
        let kinds = Kind.allCases.count
        let counts = (0..<items).map { starts[$0 + 1] - starts[$0] }
        return [
            TensorFile.Tensor(
                name: Name.scales, shape: [items, kinds],
                content: .floats(scales.flatMap { scale in (0..<kinds).map { scale[$0] } })),
            TensorFile.Tensor(name: Name.counts, shape: [items], content: .integers(counts)),
            TensorFile.Tensor(name: Name.targets, shape: [count], content: .integers(targets)),
            TensorFile.Tensor(
                name: Name.weights, shape: [count, kinds],
                content: .bytes(weights.flatMap { weight in (0..<kinds).map { Int8(clamping: weight[$0]) } })),
        ]
    }

    /// What ``tensors`` gave, for the sizes that a manifest names; every shape and every number is checked.
    init(_ sizes: BundleManifest.Links, roots: Roots, tensors: [String: TensorFile.Tensor], file: String)
        throws(BundleError)
    {
        let kinds = Kind.allCases.count
        func find(_ name: String, _ shape: [Int]) throws(BundleError) -> TensorFile.Tensor {
            guard let tensor = tensors[name] else {
                throw BundleError(.shapeMismatch, file, "lacks tensor \(name): restore it or train again")
            }
            guard tensor.shape == shape else {
                throw BundleError(
                    .shapeMismatch, file, "has tensor \(name) of shape \(tensor.shape), the manifest implies \(shape)")
            }
            return tensor
        }
        let (scales, counts) = (try find(Name.scales, [sizes.items, kinds]), try find(Name.counts, [sizes.items]))
        let (targets, weights) = (try find(Name.targets, [sizes.links]), try find(Name.weights, [sizes.links, kinds]))
        guard let scales = scales.floats, let counts = counts.integers, let targets = targets.integers,
            let weights = weights.bytes
        else { throw BundleError(.corrupt, file, "holds a tensor in another form than links have") }
        guard scales.allSatisfy({ $0.isFinite && $0 >= 0 }) else {
            throw BundleError(.notFinite, file, "has a scale that is no finite number above zero: train again")
        }
        var starts: [Int32] = [0]
        for count in counts {
            let (end, overflows) = (starts.last ?? 0).addingReportingOverflow(count)
            guard count >= 0, !overflows else {
                throw BundleError(.corrupt, file, "gives an item an impossible number of links")
            }
            starts.append(end)
        }
        guard Int(starts.last ?? 0) == targets.count, weights.allSatisfy({ $0 >= 0 }),
            targets.allSatisfy({ $0 >= 0 && Int($0) < sizes.items })
        else { throw BundleError(.corrupt, file, "has links that lead to no item, or weights below zero") }
        func vector<Scalar>(_ values: [Scalar], _ row: Int) -> SIMD4<Scalar> where Scalar: SIMDScalar & Numeric {
            var vector = SIMD4<Scalar>(repeating: 0)
            for kind in 0..<kinds { vector[kind] = values[row * kinds + kind] }
            return vector
        }
        self.init(
            roots: roots, starts: starts, targets: targets,
            weights: targets.indices.map { SIMD4<UInt8>(truncatingIfNeeded: vector(weights, $0)) },
            scales: counts.indices.map { vector(scales, $0) })
    }
}

extension ModelBundle {
    /// The links that a manifest names; nil where it names none.
    static func links(_ manifest: BundleManifest, _ directory: String) throws(BundleError) -> ItemLinks? {
        guard let sizes = manifest.links else { return nil }
        let path = "\(directory)/\(manifestFile)"
        guard (0...manifest.twoTower.items).contains(sizes.items), sizes.links >= 0 else {
            throw BundleError(.corrupt, path, "gives the links impossible sizes")
        }
        guard sizes.kinds == ItemLinks.kindNames,
            let roots = ItemLinks.Roots(rawValue: sizes.roots ?? ItemLinks.Roots.latest.rawValue)
        else {
            throw BundleError(
                .unknownVersion, path,
                "has links of other kinds than this build knows: use the build that wrote it, or train again")
        }
        let file = "\(directory)/\(linksFile)"
        return try ItemLinks(
            sizes, roots: roots,
            tensors: try TensorFile.decode(try checked(linksFile, in: directory, manifest), file: file), file: file)
    }
}
