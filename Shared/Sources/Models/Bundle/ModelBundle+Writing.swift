import Checksum
import Domain
import FoundationEssentials

extension ModelBundle {
    static let manifestFile = "manifest.json"
    static let twoTowerFile = "two-tower.safetensors"
    static let rankerFile = "ranker.safetensors"
    static let quantisedRankerFile = "ranker-int8.safetensors"
    static let linksFile = "links.safetensors"
    static let itemsFile = "items.json"
    static let vocabularyFile = "vocabulary.json"

    /// Content of the vocabulary's file.
    struct VocabularyFile: Codable {
        var itemTokens: [String]
        var userTokens: [String]
    }

    /// Writes the bundle as the directory `version` of `directory`, which exists. A reader sees all of it or nothing: it
    /// is written beside, brought to the disk, and renamed. Returns the manifest.
    @discardableResult
    public func write(to directory: String) throws(BundleError) -> BundleManifest {
        let target = "\(directory)/\(version)"
        let temporary = "\(directory)/.\(version).partial"
        let files = try contents(in: target)
        let manifest = manifest(of: files)
        let names = files.map(\.name) + [Self.manifestFile]
        BundleFiles.remove(directory: temporary, files: names)
        try BundleFiles.makeDirectory(temporary)
        do throws(BundleError) {
            for file in files { try BundleFiles.write(file.bytes, to: "\(temporary)/\(file.name)") }
            let encoded = try Self.json(manifest, file: "\(target)/\(Self.manifestFile)", pretty: true)
            try BundleFiles.write(encoded, to: "\(temporary)/\(Self.manifestFile)")
            try BundleFiles.synchronise(directory: temporary)
            try BundleFiles.rename(temporary, to: target)
        } catch {
            BundleFiles.remove(directory: temporary, files: names)
            throw error
        }
        try BundleFiles.synchronise(directory: directory)
        return manifest
    }

    private func contents(in target: String) throws(BundleError) -> [(name: String, bytes: [UInt8])] {
        var files = [
            (
                name: Self.twoTowerFile,
                bytes: try TensorFile.encode(
                    Self.tensors(twoTower.shape.layout, twoTower.parameters), file: "\(target)/\(Self.twoTowerFile)")
            )
        ]
        switch ranker {
        case .float(let ranker):
            let bytes = try TensorFile.encode(
                Self.tensors(ranker.shape.layout, ranker.parameters), file: "\(target)/\(Self.rankerFile)")
            files.append((name: Self.rankerFile, bytes: bytes))
        case .int8(let ranker):
            let bytes = try TensorFile.encode(
                ranker.parameters.tensors, file: "\(target)/\(Self.quantisedRankerFile)")
            files.append((name: Self.quantisedRankerFile, bytes: bytes))
        case nil: break
        }
        if let links {
            let bytes = try TensorFile.encode(links.tensors, file: "\(target)/\(Self.linksFile)")
            files.append((name: Self.linksFile, bytes: bytes))
        }
        let items = try Self.json(twoTower.items.entries, file: "\(target)/\(Self.itemsFile)")
        let vocabulary = VocabularyFile(
            itemTokens: twoTower.itemTokens.entries, userTokens: twoTower.userTokens.entries)
        files.append((name: Self.itemsFile, bytes: items))
        files.append(
            (name: Self.vocabularyFile, bytes: try Self.json(vocabulary, file: "\(target)/\(Self.vocabularyFile)")))
        return files
    }

    private func manifest(of files: [(name: String, bytes: [UInt8])]) -> BundleManifest {
        let shape = twoTower.shape
        let pooling = twoTower.pooling
        return BundleManifest(
            format: BundleManifest.currentFormat, version: version,
            files: Dictionary(
                uniqueKeysWithValues: files.map {
                    ($0.name, BundleManifest.File(size: $0.bytes.count, sha256: SHA256.hex(of: $0.bytes)))
                }),
            twoTower: BundleManifest.TwoTower(
                dimensions: shape.dimensions, itemHidden: shape.itemHidden, userHidden: shape.userHidden,
                items: shape.items, itemTokens: shape.itemTokens, userTokens: shape.userTokens,
                temperature: twoTower.temperature, historyLength: pooling.length, historyReach: pooling.reach.rawValue,
                shortHalfLife: pooling.shortHalfLife, shortAgeHalfLife: pooling.shortAgeHalfLife,
                longAgeHalfLife: pooling.longAgeHalfLife),
            ranker: floatRanker, quantisedRanker: int8Ranker,
            links: links.map {
                BundleManifest.Links(
                    items: $0.items, links: $0.count, kinds: ItemLinks.kindNames, roots: $0.roots.rawValue)
            },
            diversity: diversity, description: description)
    }

    private var floatRanker: BundleManifest.Ranker? {
        guard case .float(let ranker) = ranker else { return nil }
        return BundleManifest.Ranker(
            hidden1: ranker.shape.hidden1, hidden2: ranker.shape.hidden2, features: ranker.features,
            userScale: ranker.userScale)
    }

    private var int8Ranker: BundleManifest.QuantisedRanker? {
        guard case .int8(let ranker) = ranker else { return nil }
        let parameters = ranker.parameters
        return BundleManifest.QuantisedRanker(
            hidden1: parameters.hidden1, hidden2: parameters.hidden2, features: parameters.features,
            userScale: parameters.userScale)
    }

    private static func tensors(_ layout: ParameterLayout, _ parameters: [Float]) -> [TensorFile.Tensor] {
        layout.tensors.map {
            TensorFile.Tensor(
                name: $0.name, shape: [$0.rows, $0.columns], content: .floats(Array(parameters[$0.range])))
        }
    }

    private static func json(
        _ value: some Encodable, file: String, pretty: Bool = false
    ) throws(BundleError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting =
            pretty ? [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted] : [.sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(value))
        } catch {
            throw BundleError(.notFinite, file, "cannot be written as JSON, which knows no infinite numbers")
        }
    }
}
