import Checksum
import Domain
import Foundation
import Testing

@testable import Models

struct ModelBundleTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "cascade-bundle-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func error(reading path: String) -> BundleError? {
        do {
            _ = try ModelBundle(reading: path)
            return nil
        } catch {
            return error
        }
    }

    private func bytes(_ path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path))) }

    private func write(_ bytes: [UInt8], to path: String) throws { try Data(bytes).write(to: URL(filePath: path)) }

    /// Puts other bytes in a file's place and makes the manifest agree.
    private func replace(_ name: String, in bundle: String, by new: [UInt8]) throws {
        try write(new, to: "\(bundle)/\(name)")
        var manifest = try ModelBundle.manifest(in: bundle)
        manifest.files[name] = BundleManifest.File(size: new.count, sha256: SHA256.hex(of: new))
        try store(manifest, in: bundle)
    }

    private func store(_ manifest: BundleManifest, in bundle: String) throws {
        try JSONEncoder().encode(manifest).write(to: URL(filePath: "\(bundle)/manifest.json"))
    }

    private func expectSame(_ a: ModelBundle, _ b: ModelBundle) {
        #expect(a.version == b.version)
        #expect(a.description == b.description)
        #expect(a.twoTower.parameters == b.twoTower.parameters)
        #expect(a.twoTower.items == b.twoTower.items)
        #expect(a.twoTower.itemTokens == b.twoTower.itemTokens)
        #expect(a.twoTower.userTokens == b.twoTower.userTokens)
        #expect(a.twoTower.pooling == b.twoTower.pooling)
        #expect(a.twoTower.temperature == b.twoTower.temperature)
        switch (a.ranker, b.ranker) {
        case (.float(let a), .float(let b)): #expect(a.parameters == b.parameters && a.userScale == b.userScale)
        case (.int8(let a), .int8(let b)): #expect(a.parameters == b.parameters)
        case (nil, nil): break
        default: Issue.record("another kind of ranker")
        }
        #expect(a.links == b.links)
        #expect(a.diversity == b.diversity)
    }

    @Test(arguments: [nil, .float(ModelFixtures.ranker()), .int8(ModelFixtures.quantisedRanker())] as [ServedRanker?])
    func comesBackAsItWas(ranker: ServedRanker?) throws {
        try withDirectory { directory in
            let bundle = ModelFixtures.bundle(ranker: ranker)
            try bundle.write(to: directory)
            expectSame(try ModelBundle(reading: "\(directory)/v1"), bundle)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["v1"])
        }
    }

    @Test func anExistingVersionIsNotReplaced() throws {
        try withDirectory { directory in
            try ModelFixtures.bundle().write(to: directory)
            let before = try bytes("\(directory)/v1/manifest.json")
            #expect(throws: BundleError.self) { try ModelFixtures.bundle(withRanker: false).write(to: directory) }
            #expect(try bytes("\(directory)/v1/manifest.json") == before)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["v1"])
        }
    }

    @Test func leftoversOfAKilledWriteDoNotMatter() throws {
        try withDirectory { directory in
            try FileManager.default.createDirectory(
                atPath: "\(directory)/.v1.partial", withIntermediateDirectories: true)
            try write([1, 2, 3], to: "\(directory)/.v1.partial/items.json")
            try ModelFixtures.bundle().write(to: directory)
            #expect(error(reading: "\(directory)/v1") == nil)
        }
    }

    @Test(arguments: ["two-tower.safetensors", "ranker.safetensors", "items.json", "vocabulary.json", "manifest.json"])
    func aDamagedFileIsNamed(name: String) throws {
        try withDirectory { directory in
            try ModelFixtures.bundle().write(to: directory)
            let path = "\(directory)/v1/\(name)"
            let whole = try bytes(path)

            try write(Array(whole.dropLast(1)), to: path)
            let cut = try #require(error(reading: "\(directory)/v1"))
            #expect(cut.file == path && (cut.code == .truncated || cut.code == .corrupt))

            var flipped = whole
            flipped[whole.count / 2] ^= 0x55
            try write(flipped, to: path)
            #expect(error(reading: "\(directory)/v1") != nil)

            try FileManager.default.removeItem(atPath: path)
            let missing = try #require(error(reading: "\(directory)/v1"))
            #expect(missing.code == .missing && missing.file == path)
            #expect("\(missing)".contains(name))
        }
    }

    @Test func anotherFormatIsRefused() throws {
        try withDirectory { directory in
            try ModelFixtures.bundle().write(to: directory)
            var manifest = try ModelBundle.manifest(in: "\(directory)/v1")
            manifest.format = BundleManifest.currentFormat + 1
            try store(manifest, in: "\(directory)/v1")
            #expect(error(reading: "\(directory)/v1")?.code == .unknownVersion)
        }
    }

    @Test func anInt8RankerIsCheckedToo() throws {
        try withDirectory { directory in
            try ModelFixtures.bundle(ranker: .int8(ModelFixtures.quantisedRanker())).write(to: directory)
            let (bundle, name) = ("\(directory)/v1", "ranker-int8.safetensors")
            let manifest = try ModelBundle.manifest(in: bundle)
            let changes: [(inout BundleManifest) -> Void] = [
                { $0.quantisedRanker?.hidden1 = 0 }, { $0.quantisedRanker?.hidden1 = 5 },
                { $0.quantisedRanker?.hidden2 = 1 << 20 }, { $0.quantisedRanker?.userScale = .infinity },
                { $0.quantisedRanker?.features[3] = "other" }, { $0.files["ranker-int8.safetensors"] = nil },
            ]
            for change in changes {
                var changed = manifest
                change(&changed)
                if changed.quantisedRanker?.userScale.isFinite == true {
                    try store(changed, in: bundle)
                } else {
                    continue
                }
                #expect(error(reading: bundle) != nil)
            }
            try store(manifest, in: bundle)
            let tensors = ModelFixtures.quantisedRanker().parameters.tensors
            func rewritten(_ change: (inout TensorFile.Tensor) -> Void) throws -> BundleError.Code? {
                var changed = tensors
                for place in changed.indices { change(&changed[place]) }
                try replace(name, in: bundle, by: try TensorFile.encode(changed, file: name))
                return error(reading: bundle)?.code
            }
            #expect(try rewritten { _ in } == nil)
            #expect(try rewritten { if $0.name == "ranker.direct" { $0.name = "else" } } == .shapeMismatch)
            #expect(
                try rewritten {
                    if case .bytes(var bytes) = $0.content {
                        bytes[0] = .min
                        $0.content = .bytes(bytes)
                    }
                } == .corrupt)
            #expect(
                try rewritten {
                    if $0.name == "ranker.limits" { $0.content = .floats([1, .nan]) }
                } == .notFinite)
            #expect(
                try rewritten {
                    if let bytes = $0.bytes { $0.content = .floats(bytes.map { Float($0) }) }
                } == .corrupt)
        }
    }

    @Test func otherFeaturesAreRefused() throws {
        try withDirectory { directory in
            try ModelFixtures.bundle().write(to: directory)
            var manifest = try ModelBundle.manifest(in: "\(directory)/v1")
            manifest.ranker?.features[0] = "somethingElse"
            try store(manifest, in: "\(directory)/v1")
            #expect(error(reading: "\(directory)/v1")?.code == .unknownVersion)
        }
    }

    @Test func impossibleSizesAreRefused() throws {
        try withDirectory { directory in
            try ModelFixtures.bundle().write(to: directory)
            let manifest = try ModelBundle.manifest(in: "\(directory)/v1")
            let changes: [(inout BundleManifest) -> Void] = [
                { $0.twoTower.dimensions = 0 }, { $0.twoTower.dimensions = Int.max }, { $0.twoTower.items = -1 },
                { $0.twoTower.itemHidden = 7 }, { $0.twoTower.items = 2 }, { $0.twoTower.temperature = 0 },
                { $0.twoTower.shortHalfLife = -1 }, { $0.ranker?.hidden1 = 0 }, { $0.ranker?.hidden2 = 9 },
                { $0.files["items.json"] = nil },
            ]
            for change in changes {
                var changed = manifest
                change(&changed)
                try store(changed, in: "\(directory)/v1")
                #expect(error(reading: "\(directory)/v1") != nil)
            }
        }
    }

    @Test func parametersThatAreNoNumbersAreRefused() throws {
        try withDirectory { directory in
            try ModelFixtures.bundle().write(to: directory)
            for name in ["two-tower.safetensors", "ranker.safetensors"] {
                let path = "\(directory)/v1/\(name)"
                let whole = try bytes(path)
                var poisoned = whole
                poisoned.replaceSubrange((whole.count - 4)..<whole.count, with: [0, 0, 0xC0, 0x7F])
                try replace(name, in: "\(directory)/v1", by: poisoned)
                let found = try #require(error(reading: "\(directory)/v1"))
                #expect(found.code == .notFinite && found.file == path)
                try replace(name, in: "\(directory)/v1", by: whole)
            }
            #expect(error(reading: "\(directory)/v1") == nil)
        }
    }

    private func fixture(_ format: Int) -> String {
        URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/format-\(format)").path
    }

    private func scores(_ bundle: ModelBundle, features: [Float]) -> [Float] {
        let items = ModelFixtures.vectors(of: bundle)
        let (user, numbers) = (ModelFixtures.uniform(8, seed: 4), [0, 1, 2, 1] as [ItemNumber])
        var scores = [Float](repeating: .nan, count: 4)
        var span = scores.mutableSpan
        var scratch = RankerScratch()
        let offsets = [0, 4]
        bundle.ranker?.score(
            userVectors: user.span, offsets: offsets.span, candidates: numbers.span, features: features.span,
            items: items, into: &span, scratch: &scratch)
        return scores
    }

    /// Bundles that earlier formats wrote in their days stay readable: their rankers take no notice of features that came
    /// later, and score by the others as they did.
    @Test(arguments: [1, 2])
    func fixturesOfEarlierFormatsAreRead(format: Int) throws {
        let earlier = ModelFixtures.earlierFeatures
        let ranker: ServedRanker =
            format == 1
            ? .float(ModelFixtures.ranker(features: earlier))
            : .int8(ModelFixtures.quantisedRanker(features: earlier))
        let old = ModelFixtures.bundle(version: "format-\(format)", ranker: ranker)
        let read = try ModelBundle(reading: fixture(format))
        #expect(read.links == nil)
        #expect(read.description == old.description && read.twoTower.parameters == old.twoTower.parameters)
        #expect(read.ranker?.features == RankingFeature.specification)
        let (width, rows) = (
            RankingFeature.count, ModelFixtures.uniform(4 * RankingFeature.count, seed: 6).map { 4 * $0 }
        )
        let narrow = (0..<4).flatMap { rows[($0 * width)..<($0 * width + earlier.count)] }
        for (a, b) in zip(scores(read, features: rows), scores(old, features: narrow)) { #expect(abs(a - b) < 1e-5) }
    }

    @Test(arguments: [3, 4])
    func fixturesWithLinksAreRead(format: Int) throws {
        expectSame(
            try ModelBundle(reading: fixture(format)),
            ModelFixtures.bundle(
                version: "format-\(format)", ranker: .int8(ModelFixtures.quantisedRanker()),
                links: ModelFixtures.links))
    }

    /// Format 3 gave links places among the candidates, 25 of 100 in the fixture. They have none now, whatever it says, and
    /// what is written says nothing of them.
    @Test func placesOfLinksAreReadPastAndNotWritten() throws {
        try withDirectory { directory in
            let path = "\(directory)/manifest.json"
            for name in try FileManager.default.contentsOfDirectory(atPath: fixture(3)) {
                try FileManager.default.copyItem(atPath: "\(fixture(3))/\(name)", toPath: "\(directory)/\(name)")
            }
            let manifest = try String(contentsOfFile: path, encoding: .utf8)
            #expect(manifest.contains(#""places" : 25"#))
            var written: Set<String> = []
            for places in ["0", "25", "101", "null"] {
                try write(
                    Array(manifest.replacing(#""places" : 25"#, with: #""places" : \#(places)"#).utf8), to: path)
                let bundle = try ModelBundle(reading: directory)
                #expect(bundle.links == ModelFixtures.links)
                try bundle.write(to: directory)
                written.insert(try String(contentsOfFile: "\(directory)/format-3/manifest.json", encoding: .utf8))
                try FileManager.default.removeItem(atPath: "\(directory)/format-3")
            }
            #expect(written.count == 1 && written.first?.contains("places") == false)
        }
    }

    /// Which items links are followed from is a part of the bundle; those that do not say are followed from the latest.
    @Test func rootsOfLinksAreKept() throws {
        try withDirectory { directory in
            let bundle = "\(directory)/v1"
            let links = ItemLinks((0..<3).map { ModelFixtures.links[$0] }, roots: .all)
            try ModelFixtures.bundle(ranker: nil, links: links).write(to: directory)
            #expect(try ModelBundle(reading: bundle).links == links)
            var manifest = try ModelBundle.manifest(in: bundle)
            manifest.links?.roots = nil
            try store(manifest, in: bundle)
            #expect(try ModelBundle(reading: bundle).links?.roots == .latest)
            manifest.links?.roots = "some"
            try store(manifest, in: bundle)
            #expect(error(reading: bundle)?.code == .unknownVersion)
        }
    }

    /// What of a user is pooled, and how varied answers are, is a part of the bundle; those that do not say pool the history, and
    /// are as varied as usual.
    @Test func reachAndDiversityAreKept() throws {
        try withDirectory { directory in
            let path = "\(directory)/v1"
            let bundle = ModelFixtures.bundle(
                ranker: nil, pooling: HistoryPooling(reach: .taken, length: 99), diversity: 0.25)
            try bundle.write(to: directory)
            expectSame(try ModelBundle(reading: path), bundle)
            let manifest = try ModelBundle.manifest(in: path)
            func code(_ change: (inout BundleManifest) -> Void) throws -> BundleError.Code? {
                var changed = manifest
                change(&changed)
                try store(changed, in: path)
                return error(reading: path)?.code
            }
            #expect(try code { $0.twoTower.historyReach = "some" } == .unknownVersion)
            for diversity: Float in [-0.1, 1.1] { #expect(try code { $0.diversity = diversity } == .corrupt) }
            #expect(try code { ($0.twoTower.historyReach, $0.diversity) = (nil, nil) } == nil)
            let old = try ModelBundle(reading: path)
            #expect(old.twoTower.pooling.reach == .history && old.diversity == ModelBundle.usualDiversity)
        }
    }

    @Test func damagedLinksAreRefused() throws {
        try withDirectory { directory in
            let links = ModelFixtures.links
            try ModelFixtures.bundle(ranker: nil, links: links).write(to: directory)
            let (bundle, name) = ("\(directory)/v1", "links.safetensors")
            expectSame(try ModelBundle(reading: bundle), ModelFixtures.bundle(ranker: nil, links: links))
            let manifest = try ModelBundle.manifest(in: bundle)
            let changes: [(inout BundleManifest) -> Void] = [
                { $0.links?.items = 4 }, { $0.links?.items = -1 }, { $0.links?.links = 2 },
                { $0.links?.kinds = ["other"] }, { $0.files[name] = nil },
            ]
            for change in changes {
                var changed = manifest
                change(&changed)
                try store(changed, in: bundle)
                #expect(error(reading: bundle) != nil)
            }
            try store(manifest, in: bundle)
            func code(_ tensor: String, _ content: TensorFile.Tensor.Content) throws -> BundleError.Code? {
                var tensors = links.tensors
                for place in tensors.indices where tensors[place].name == tensor { tensors[place].content = content }
                try replace(name, in: bundle, by: try TensorFile.encode(tensors, file: name))
                return error(reading: bundle)?.code
            }
            #expect(try code("none", .bytes([])) == nil)
            #expect(try code("links.targets", .integers([1, 3, 1])) == .corrupt)
            #expect(try code("links.targets", .integers([1, -1, 1])) == .corrupt)
            #expect(try code("links.targets", .floats([1, 2, 1])) == .corrupt)
            #expect(try code("links.counts", .integers([2, 0, 2])) == .corrupt)
            #expect(try code("links.counts", .integers([.max, 1, .max])) == .corrupt)
            #expect(try code("links.counts", .integers([3, -1, 1])) == .corrupt)
            #expect(try code("links.weights", .bytes([1, 2, 3, 4, 5, 6, 7, 8, -1])) == .corrupt)
            #expect(try code("links.scales", .floats([0, 0, 0, 0, .nan, 0, 0, 0, 0])) == .notFinite)
        }
    }

    /// A bundle that was read serves bit by bit what the one that was written does.
    @Test func aRankerThatWasReadScoresTheSame() throws {
        try withDirectory { directory in
            let bundle = ModelFixtures.bundle(ranker: .int8(ModelFixtures.quantisedRanker()))
            try bundle.write(to: directory)
            let read = try ModelBundle(reading: "\(directory)/v1")
            let features = ModelFixtures.uniform(4 * RankingFeature.count, seed: 6).map { 4 * $0 }
            let (first, second) = (scores(bundle, features: features), scores(read, features: features))
            #expect(first == second)
            #expect(Set(first).count == 4)
        }
    }
}
