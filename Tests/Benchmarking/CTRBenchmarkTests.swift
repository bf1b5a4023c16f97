import Benchmarking
import CommandLine
import Foundation
import Testing

/// The ctr benchmark on files, as `cascade evaluate --benchmark ctr` runs it.
@Suite struct CTRBenchmarkTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "ctr-\(UUID().uuidString)")

    private func write(_ files: [String: String]) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for (name, text) in files { try Data(text.utf8).write(to: folder.appending(path: name)) }
    }

    private func run() throws -> BenchmarkReport {
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Benchmark.ctr.run(path: folder.path, options: BenchmarkOptions())
    }

    /// Users like the items of their own half; every fifth pair is held out.
    private func halves() -> [String: String] {
        var files = ["train.libfm": "", "valid.libfm": "", "test.libfm": ""]
        for user in 0..<24 {
            for item in 0..<20 {
                let name = ["train", "train", "train", "valid", "test"][(user * 7 + item * 3 + item / 5) % 5]
                files[name + ".libfm"]? += "\(user % 2 == item % 2 ? 1 : 0) \(user):1 \(100 + item):1\n"
            }
        }
        return files
    }

    @Test func findsWhoLikesWhat() throws {
        var files = halves()
        files["fields.json"] = #"{"user": [0, 100], "item": [100, 200]}"#
        try write(files)
        let report = try run()
        #expect(report.models.map(\.name) == ["teacher", "student", "pruned", "int8"])
        for model in report.models {
            #expect(try #require(model.value("auc")) > 0.95, "\(model.name)")
            #expect(try #require(model.value("logloss")) < 0.69, "\(model.name)")
        }
        #expect(report.protocol.contains("users are user, items item"))
        let json = try #require(JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect(json["benchmark"] as? String == "ctr")
        #expect(Set(json.keys) == ["benchmark", "protocol", "train_s", "threads", "models"])
        let models = try #require(json["models"] as? [[String: Any]])
        for name in ["auc", "logloss", "bytes", "us_200"] { #expect(models.allSatisfy { $0[name] is NSNumber }) }
        #expect(report.text().contains("us_200"))
    }

    @Test(arguments: [
        ("train.libfm", "1 0:1\n0 1:1\n1 2:1 5", "train.libfm:3: '5' is not index:value and the line has no end"),
        ("train.libfm", "1 0:1 5:1\n0 1:1 6:1\n1 2:1", "train.libfm:3: the line has no end and 1 features"),
        ("valid.libfm", "1 0:1\n1 1:1\n", "valid.libfm:1: all 2 labels are 1"),
        ("test.libfm", "", "test.libfm:1: the file has no rows"),
        ("test.libfm", "1 0:nan\n", "test.libfm:1: the value of '0:nan' is not finite"),
        ("train.libfm", "0 1:1\n1 4294967296:1\n", "train.libfm:2: the index of '4294967296:1' is above 2147483647"),
        ("fields.json", #"{"user": [0]}"#, "fields.json: \"user\" is not [first, end]"),
        ("fields.json", #"{"user": [0, 10], "item": [9, 20]}"#, "share indices"),
        ("fields.json", "[", "fields.json: "), ("fields.json", "3", "fields.json: write an object"),
    ])
    func refusesWhatIsNoBenchmark(name: String, text: String, reason: String) throws {
        var files = halves()
        files[name] = text
        try write(files)
        let error = try #require(throws: BenchmarkError.self) { _ = try run() }
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.exitCode == .invalidData)
    }

    @Test func namesTheMissingFile() throws {
        var files = halves()
        files["valid.libfm"] = nil
        try write(files)
        let error = try #require(throws: BenchmarkError.self) { _ = try run() }
        #expect(error.exitCode == .missingInput)
        #expect(error.description.contains("valid.libfm"))
    }
}
