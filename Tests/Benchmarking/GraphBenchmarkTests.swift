import Benchmarking
import CommandLine
import Foundation
import Testing

/// The lightgcn benchmark on files, as `cascade evaluate --benchmark lightgcn` runs it.
@Suite struct GraphBenchmarkTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "lightgcn-\(UUID().uuidString)")

    private func write(train: String, test: String) throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try Data(train.utf8).write(to: folder.appending(path: "train.txt"))
        try Data(test.utf8).write(to: folder.appending(path: "test.txt"))
    }

    private func run() throws -> BenchmarkReport {
        defer { try? FileManager.default.removeItem(at: folder) }
        return try Benchmark.lightgcn.run(path: folder.path, options: BenchmarkOptions())
    }

    /// Two groups of users and items that never mix: who took some of a group's items wants the rest.
    private func groups() -> (train: String, test: String) {
        var (train, test) = ("", "")
        for user in 0..<60 {
            let items = (0..<12).map { user % 2 * 12 + ($0 * 5 + user / 2) % 12 }
            train += "\(user) \(items.prefix(8).map(String.init).joined(separator: " "))\n"
            test += "\(user) \(items.suffix(4).map(String.init).joined(separator: " "))\n"
        }
        return (train, test)
    }

    @Test func findsWhatTheUsersGroupHas() throws {
        let files = groups()
        try write(train: files.train, test: files.test)
        let report = try run()
        #expect(report.models.map(\.name) == ["popularity", "item-to-item", "two-tower", "cascade"])
        for model in report.models where model.name != "popularity" {
            // Sixteen items are left to a user, the four of the group are to be in front.
            #expect(try #require(model.value("ndcg@20")) > 0.95, "\(model.name)")
        }
        let json = try #require(JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect(json["benchmark"] as? String == "lightgcn")
        #expect(Set(json.keys) == ["benchmark", "protocol", "train_s", "threads", "models"])
        let models = try #require(json["models"] as? [[String: Any]])
        #expect(models.allSatisfy { $0["recall@20"] is Double && $0["ndcg@20"] is Double })
        #expect(report.text().contains("two-tower"))
    }

    @Test func countsWhatTheTrainingPartDoesNotKnow() throws {
        let files = groups()
        let own = files.train.split(separator: "\n")[1].split(separator: " ")[1]
        try write(
            train: files.train,
            test: files.test.replacing("\n1 ", with: "\n1 \(own) ") + "60 1 2\n61 400\n62\n63 1\n")
        let report = try run()
        #expect(report.protocol.contains("1 test interactions are with items of no training line"))
        #expect(report.protocol.contains("1 test interactions are the user's own training items"))
        #expect(report.protocol.contains("3 test users have no training items"))
        #expect(!report.protocol.contains("line feed"))
    }

    /// A cut file's last number is not what it was: 400 would be an item that nobody knows.
    @Test func aNumberThatMayHaveBeenCutIsRejected() throws {
        let files = groups()
        try write(train: files.train, test: files.test + "61 5 400")
        let report = try run()
        #expect(report.protocol.contains("test.txt ends without a line feed"))
        #expect(report.protocol.contains("(400)") && report.protocol.contains("1 number rejected"))
        #expect(!report.protocol.contains("items of no training line"))
        try write(train: files.train, test: files.test + "61 5 400 ")
        let whole = try run()
        #expect(!whole.protocol.contains("line feed"), "a blank ends a number as well")
        #expect(whole.protocol.contains("1 test interactions are with items of no training line"))
    }

    @Test func aUserAloneIsMeasured() throws {
        try write(train: "0 0 1 2\n", test: "0 3\n")
        let report = try run()
        #expect(report.models.count == 4)
    }

    @Test(arguments: [
        ("0 1 x\n", "0 2\n", "train.txt:1"), ("0 1\n0 2\n", "0 2\n", "user 0 has a line already"),
        ("0 1\n", "0 -2\n", "test.txt:1"), ("0\n1\n", "0 2\n", "nothing to learn from"),
        ("0 1\n", "0\n", "nothing to measure"),
        ("0 9999999999999999999\n", "0 1\n", "train.txt:1: a number of more than 18 digits"),
        ("", "", "nothing to learn from"),
    ])
    func refusesWhatIsNoSplit(train: String, test: String, reason: String) throws {
        try write(train: train, test: test)
        let error = try #require(throws: BenchmarkError.self) { _ = try run() }
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.exitCode == .invalidData)
    }

    @Test func namesTheMissingFile() throws {
        let error = try #require(throws: BenchmarkError.self) { _ = try run() }
        #expect(error.exitCode == .missingInput)
        #expect(error.description.contains("train.txt"))
    }
}
