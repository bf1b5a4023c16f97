import Foundation
import Testing

extension EndToEndTests {
    /// A model bundle that is damaged or half written is refused: at the start with an error, while serving by going on
    /// with the live one.
    @Suite struct BadBundles {
        /// What befalls a bundle.
        enum Damage: CaseIterable {
            case flippedByte, truncatedManifest, missingWeights, halfWeights, newerFormat

            func apply(to bundle: URL) throws {
                let manifest = bundle.appending(path: "manifest.json")
                let weights = bundle.appending(path: "two-tower.safetensors")
                switch self {
                case .flippedByte:
                    var bytes = try Data(contentsOf: weights)
                    bytes[bytes.count - 100] ^= 0x10
                    try bytes.write(to: weights)
                case .truncatedManifest:
                    let bytes = try Data(contentsOf: manifest)
                    try bytes.prefix(bytes.count / 2).write(to: manifest)
                case .missingWeights: try FileManager.default.removeItem(at: weights)
                case .halfWeights:
                    let bytes = try Data(contentsOf: weights)
                    try bytes.prefix(bytes.count / 2).write(to: weights)
                case .newerFormat:
                    let text = try String(contentsOf: manifest, encoding: .utf8)
                    let changed = text.replacing(#/("format(_version)?" ?: ?)\d+/#) { "\($0.1)999" }
                    guard changed != text else { throw TestFailure("no format in \(text.prefix(200))") }
                    try changed.write(to: manifest, atomically: true, encoding: .utf8)
                }
            }

            /// The file that the message must name.
            var file: String {
                switch self {
                case .truncatedManifest, .newerFormat: "manifest.json"
                case .flippedByte, .missingWeights, .halfWeights: "two-tower.safetensors"
                }
            }
        }

        @Test(arguments: Damage.allCases)
        func isRefusedAtTheStart(_ damage: Damage) throws {
            let data = try TrainedData()
            try damage.apply(to: try data.bundle())
            let outcome = try Product.run(["up", "--no-demo", "--port", "0", "--data", data.path])
            #expect(outcome.status == 65, "\(outcome.status) \(outcome.errors)")
            #expect(outcome.errors.contains("error: ") && outcome.errors.contains(damage.file), "\(outcome.errors)")
            let evaluation = try Product.run(["evaluate", "--data", data.path])
            #expect(evaluation.status == 65, "\(evaluation.status) \(evaluation.errors)")
            #expect(evaluation.errors.contains(damage.file), "\(evaluation.errors)")
        }

        @Test func isRefusedWhileServing() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let before = try product.get("/recommend?user=user0").json
            let bundle = try data.bundle()
            let models = bundle.deletingLastPathComponent()
            let active = models.appending(path: "ACTIVE")
            for damage in Damage.allCases {
                let name = "damaged-\(damage)"
                let copy = models.appending(path: name)
                try FileManager.default.copyItem(at: bundle, to: copy)
                try damage.apply(to: copy)
                try "\(name)\n".write(to: active, atomically: true, encoding: .utf8)
                try product.wait("refusal of \(name)") {
                    product.output.split(separator: "\n").contains { $0.contains(name) && $0.contains(damage.file) }
                }
                #expect(try product.get("/readyz").status == 200)
                let answer = try product.get("/recommend?user=user0").json
                #expect(answer["model"] as? String == before["model"] as? String)
            }
            let good = models.appending(path: "renamed")
            try FileManager.default.copyItem(at: bundle, to: good)
            try "renamed\n".write(to: active, atomically: true, encoding: .utf8)
            try product.wait("refusal of a name that is not the bundle's") { product.output.contains("renamed holds") }
            let manifest = good.appending(path: "manifest.json")
            let text = try String(contentsOf: manifest, encoding: .utf8)
            try text.replacing(bundle.lastPathComponent, with: "renamed")
                .write(to: manifest, atomically: true, encoding: .utf8)
            try product.wait("the good copy") {
                try product.get("/recommend?user=user0").json["model"] as? String == "renamed"
            }
            #expect(product.stop() == 0)
        }
    }
}
