import Foundation
import Testing

extension EndToEndTests {
    /// Models go out and come in again by the command line; what is no model changes nothing.
    @Suite struct ModelExchange {
        @Test func aRankerThatWasExportedComesBackAsAVersionOfTheSameFiles() throws {
            let data = try TrainedData()
            let files = try TemporaryFolder()
            let models = ["--data", data.path]
            #expect(try Product.run(["export", "onnx", "--output", files.path] + models).status == 0)
            let before = try data.bundle()
            let imported = try Product.run(["import", "onnx", files.path + "/ranker.onnx"] + models)
            #expect(imported.status == 0, "\(imported.errors)")
            let version = try #require(imported.output.split(separator: " ").dropFirst().first.map(String.init))
            #expect(try data.bundle() == before && version != before.lastPathComponent)
            let made = before.deletingLastPathComponent().appending(path: version)
            for file in ["ranker-int8.safetensors", "two-tower.safetensors"] {
                #expect(
                    try Data(contentsOf: made.appending(path: file)) == Data(contentsOf: before.appending(path: file)))
            }
            #expect(try Product.run(["models", "activate", version] + models).status == 0)
            #expect(try data.bundle().lastPathComponent == version)
        }

        @Test func whatIsNoRankerIsRefusedAndChangesNothing() throws {
            let data = try TrainedData()
            let files = try TemporaryFolder()
            let models = ["--data", data.path]
            #expect(try Product.run(["export", "onnx", "--output", files.path] + models).status == 0)
            let whole = try Data(contentsOf: URL(fileURLWithPath: files.path + "/ranker.onnx"))
            let before = try Product.run(["models", "list", "--json"] + models).output
            func refusal(_ bytes: Data, _ name: String) throws -> String {
                let path = files.path + "/" + name
                try bytes.write(to: URL(fileURLWithPath: path))
                let outcome = try Product.run(["import", "onnx", path] + models)
                #expect(outcome.status == 65 && outcome.errors.contains(name), "\(name): \(outcome)")
                return outcome.errors
            }
            for share in [0, 0.1, 0.5, 0.9] {
                _ = try refusal(whole.prefix(Int(Double(whole.count) * share)), "cut-\(share).onnx")
            }
            #expect(try refusal(whole.dropLast(), "last-byte.onnx").contains("cut off"))
            #expect(
                try refusal(Data(contentsOf: URL(fileURLWithPath: files.path + "/item-tower.onnx")), "tower.onnx")
                    .contains("no input"))
            #expect(try refusal(Data("a text".utf8), "text.onnx").contains("no ONNX model"))
            let missing = try Product.run(["import", "onnx", files.path + "/missing.onnx"] + models)
            #expect(missing.status == 66, "\(missing)")
            #expect(try Product.run(["models", "list", "--json"] + models).output == before)
        }
    }
}
