import Checksum
import Domain
import FoundationEssentials

extension ModelBundle {
    /// Largest sizes that a manifest may claim: they bound what a corrupt one makes a reader allocate.
    private static let sizeLimit = 1 << 28

    /// Reads the bundle in a directory. Every file is checked against the manifest, every tensor against the shape, every
    /// parameter for being a number.
    public init(reading directory: String) throws(BundleError) {
        let manifest = try Self.manifest(in: directory)
        let items: [String] = try Self.json(
            try Self.checked(Self.itemsFile, in: directory, manifest), "\(directory)/\(Self.itemsFile)")
        let vocabulary: VocabularyFile = try Self.json(
            try Self.checked(Self.vocabularyFile, in: directory, manifest), "\(directory)/\(Self.vocabularyFile)")
        let twoTower = try Self.twoTower(manifest, directory, items: items, vocabulary: vocabulary)
        let ranker = try Self.servedRanker(manifest, directory)
        let links = try Self.links(manifest, directory)
        let diversity = manifest.diversity ?? Self.usualDiversity
        guard (0...1).contains(diversity) else {
            throw BundleError(
                .corrupt, "\(directory)/\(Self.manifestFile)", "gives a diversity that is not from 0 to 1")
        }
        self.init(
            version: manifest.version, twoTower: twoTower, ranker: ranker, links: links, diversity: diversity,
            description: manifest.description)
    }

    /// Reads a bundle's manifest alone.
    public static func manifest(in directory: String) throws(BundleError) -> BundleManifest {
        struct Format: Decodable {
            var format: Int
        }
        let path = "\(directory)/\(manifestFile)"
        let bytes = try BundleFiles.read(path)
        let format: Format = try json(bytes, path)
        guard BundleManifest.readableFormats.contains(format.format) else {
            throw BundleError(
                .unknownVersion, path,
                "is of format \(format.format), this build reads formats up to \(BundleManifest.currentFormat): "
                    + "use the build that wrote it, or train again")
        }
        return try json(bytes, path)
    }

    static func checked(
        _ name: String, in directory: String, _ manifest: BundleManifest
    ) throws(BundleError) -> [UInt8] {
        let path = "\(directory)/\(name)"
        guard let file = manifest.files[name] else {
            throw BundleError(.corrupt, "\(directory)/\(manifestFile)", "does not mention \(name)")
        }
        let bytes = try BundleFiles.read(path)
        guard bytes.count == file.size else {
            throw BundleError(
                .truncated, path, "has \(bytes.count) bytes, the manifest says \(file.size): restore it or train again")
        }
        guard SHA256.hex(of: bytes) == file.sha256 else {
            throw BundleError(
                .corrupt, path, "has another SHA-256 than the manifest says: restore it or train again")
        }
        return bytes
    }

    private static func twoTower(
        _ manifest: BundleManifest, _ directory: String, items: [String], vocabulary: VocabularyFile
    ) throws(BundleError) -> TwoTowerModel {
        let sizes = manifest.twoTower
        let path = "\(directory)/\(manifestFile)"
        let hidden = [sizes.dimensions, sizes.itemHidden, sizes.userHidden, sizes.historyLength]
        let rows = [sizes.items, sizes.itemTokens, sizes.userTokens]
        guard hidden.allSatisfy({ $0 >= 1 && $0 <= 4096 }), rows.allSatisfy({ $0 >= 0 && $0 <= sizeLimit }) else {
            throw BundleError(.corrupt, path, "gives the two-tower model impossible sizes")
        }
        guard let reach = HistoryPooling.Reach(rawValue: sizes.historyReach ?? HistoryPooling.Reach.history.rawValue)
        else {
            throw BundleError(
                .unknownVersion, path,
                "pools of users what this build does not know: use the build that wrote it, or train again")
        }
        let pooling = HistoryPooling(
            reach: reach, length: sizes.historyLength, shortHalfLife: sizes.shortHalfLife,
            shortAgeHalfLife: sizes.shortAgeHalfLife, longAgeHalfLife: sizes.longAgeHalfLife)
        guard pooling.isValid, sizes.temperature.isFinite, sizes.temperature > 0 else {
            throw BundleError(.corrupt, path, "gives the two-tower model an impossible temperature or decay")
        }
        guard
            items.count == sizes.items, vocabulary.itemTokens.count == sizes.itemTokens,
            vocabulary.userTokens.count == sizes.userTokens
        else {
            throw BundleError(
                .shapeMismatch, path, "counts other items or tokens than \(itemsFile) and \(vocabularyFile) list")
        }
        let shape = TwoTowerShape(
            dimensions: sizes.dimensions, itemHidden: sizes.itemHidden, userHidden: sizes.userHidden,
            items: sizes.items, itemTokens: sizes.itemTokens, userTokens: sizes.userTokens)
        let parameters = try parameters(shape.layout, twoTowerFile, directory, manifest)
        return TwoTowerModel(
            shape: shape, temperature: sizes.temperature, pooling: pooling, items: Vocabulary(items),
            itemTokens: Vocabulary(vocabulary.itemTokens), userTokens: Vocabulary(vocabulary.userTokens),
            parameters: parameters)
    }

    private static func servedRanker(
        _ manifest: BundleManifest, _ directory: String
    ) throws(BundleError) -> ServedRanker? {
        if let ranker = try quantisedRanker(manifest, directory) { return .int8(ranker) }
        return try ranker(manifest, directory).map { .float($0) }
    }

    private static func ranker(
        _ manifest: BundleManifest, _ directory: String
    ) throws(BundleError) -> RankerModel? {
        guard let sizes = manifest.ranker else { return nil }
        let path = "\(directory)/\(manifestFile)"
        guard [sizes.hidden1, sizes.hidden2].allSatisfy({ $0 >= 1 && $0 <= 4096 }), sizes.userScale.isFinite else {
            throw BundleError(.corrupt, path, "gives the ranker impossible sizes")
        }
        try check(features: sizes.features, path)
        let shape = RankerShape(
            dimensions: manifest.twoTower.dimensions, features: sizes.features.count, hidden1: sizes.hidden1,
            hidden2: sizes.hidden2)
        let parameters = try parameters(shape.layout, rankerFile, directory, manifest)
        return RankerModel(
            shape: shape, features: sizes.features, userScale: sizes.userScale, parameters: parameters
        ).widened(to: RankingFeature.specification)
    }

    /// Throws where a ranker is for other features than this build computes: new ones come at the end, and one that was
    /// trained before there were some does without them.
    static func check(features: [String], _ path: String) throws(BundleError) {
        guard !features.isEmpty, RankingFeature.specification.starts(with: features) else {
            throw BundleError(
                .unknownVersion, path,
                "has a ranker for other features than this build computes: use the build that wrote it, or train again")
        }
    }

    private static func parameters(
        _ layout: ParameterLayout, _ name: String, _ directory: String, _ manifest: BundleManifest
    ) throws(BundleError) -> [Float] {
        let path = "\(directory)/\(name)"
        let tensors = try TensorFile.decode(try checked(name, in: directory, manifest), file: path)
        var parameters: [Float] = []
        parameters.reserveCapacity(layout.count)
        for expected in layout.tensors {
            guard let tensor = tensors[expected.name] else {
                throw BundleError(.shapeMismatch, path, "lacks tensor \(expected.name)")
            }
            guard tensor.shape == [expected.rows, expected.columns] else {
                throw BundleError(
                    .shapeMismatch, path,
                    "has tensor \(expected.name) of shape \(tensor.shape), the manifest implies "
                        + "\([expected.rows, expected.columns])")
            }
            guard let values = tensor.floats else {
                throw BundleError(.corrupt, path, "holds tensor \(expected.name) in bytes, floats are expected")
            }
            guard values.allSatisfy(\.isFinite) else {
                throw BundleError(.notFinite, path, "has a value in tensor \(expected.name) that is not a number")
            }
            parameters += values
        }
        return parameters
    }

    private static func json<Value: Decodable>(_ bytes: [UInt8], _ file: String) throws(BundleError) -> Value {
        do {
            return try JSONDecoder().decode(Value.self, from: Data(bytes))
        } catch {
            throw BundleError(.corrupt, file, "is not the JSON that belongs there: restore it or train again")
        }
    }
}
