import Benchmarking
import CommandLine
import Foundation
import Testing

/// The sequences benchmark on files, as `cascade evaluate --benchmark sequences` runs it.
@Suite struct SequenceBenchmarkTests {
    private func run(_ text: String) throws -> BenchmarkReport {
        let file = FileManager.default.temporaryDirectory.appending(path: "sequences-\(UUID().uuidString).txt")
        try Data(text.utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        return try Benchmark.sequences.run(path: file.path, options: BenchmarkOptions())
    }

    /// Users who walk through their half of twenty items in steps of one, ids from 1,000.
    private func walks(_ users: Int) -> String {
        (0..<users).map { user in
            let items = (0..<6).map { 1_000 + user % 2 * 10 + (user * 7 + $0) % 10 }
            return "\(user + 1) \(items.map(String.init).joined(separator: " "))\n"
        }.joined()
    }

    @Test func findsTheNextItem() throws {
        let report = try run(walks(80))
        #expect(report.models.map(\.name) == ["popularity", "item-knn", "two-tower", "cascade"])
        let (best, popular) = (report.models[3], report.models[0])
        #expect(try #require(best.value("ndcg@10")) > 0.9)
        #expect(try #require(popular.value("ndcg@10")) < 0.6)
        let json = try #require(JSONSerialization.jsonObject(with: Data(report.json().utf8)) as? [String: Any])
        #expect(json["benchmark"] as? String == "sequences")
        let models = try #require(json["models"] as? [[String: Any]])
        for model in models { #expect(model["hr@10"] is Double && model["ndcg@10"] is Double) }
    }

    @Test func countsUsersWithoutAPast() throws {
        let report = try run(walks(20) + "500 1000\n501\n502 1001 1002 10")
        #expect(report.protocol.contains("last item of 21 users"))
        #expect(report.protocol.contains("2 users have fewer than two items"))
        #expect(report.protocol.contains("ends without a line feed") && report.protocol.contains("1 number rejected"))
    }

    @Test(arguments: ["1 5 6\n", "1 5 5 5 5\n", "1 5 6 7\n"])
    func aUserAloneIsMeasured(text: String) throws {
        #expect(try run(text).models.count == 4)
    }

    @Test(arguments: [
        ("1 2 x\n", ":1: byte 5"), ("", "no user with two items"), ("1 2\n2 3\n", "no user with two items"),
    ])
    func refusesWhatIsNoSequence(text: String, reason: String) throws {
        let error = try #require(throws: BenchmarkError.self) { _ = try run(text) }
        #expect(error.description.contains(reason), "\(error)")
        #expect(error.exitCode == .invalidData)
    }
}
