import CommandLine
import Foundation
import FoundationXML
import Learning
import Testing

/// The page on a model.
@Suite struct ModelReportTests {
    private func page(_ test: TestLog, _ options: TrainingOptions = TrainingOptions()) async throws -> String {
        let version = try await test.learner().train(options, progress: .none).version
        return try await test.learner().report(of: version, progress: .none).html()
    }

    @Test func hasEverySectionAndNeedsNothingElse() async throws {
        let test = try TestLog()
        try await test.fill(users: 24, items: 24, groups: 2, length: 6)
        let page = try await page(test)
        #expect(XMLParser(data: Data(page.utf8)).parse(), "well-formed")
        for text in [
            "Learning curves", "two-tower: loss", "teacher: quality", "The rankers, from", "µs for 200 candidates",
            "Gini of exposure",
            "By history of the user", "By popularity of the asked item", "Leave the last out", "NDCG@20",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        for reference in ["http", "src=", "href=", "<script", "@import", "url("] {
            #expect(!page.contains(reference), "\(reference)")
        }
        #expect(page.contains("prefers-color-scheme:dark"))
    }

    @Test func saysWhyNothingWasMeasured() async throws {
        let test = try TestLog()
        try await test.fill(users: 24, items: 24, groups: 2, length: 6)
        let page = try await page(test, TrainingOptions(usesEverything: true))
        #expect(XMLParser(data: Data(page.utf8)).parse())
        #expect(page.contains("was trained on everything") && page.contains("two-tower: loss"))
    }

    @Test func aBundleOfAnEarlierBuildHasNoCurves() async throws {
        let test = try TestLog()
        try await test.fill(users: 24, items: 24, groups: 2, length: 6)
        let version = try await test.learner().train(progress: .none).version
        let path = "\(test.folder)/models/\(version)/manifest.json"
        var manifest = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: URL(filePath: path))) as? [String: Any])
        var description = try #require(manifest["description"] as? [String: Any])
        #expect(description.removeValue(forKey: "curves") != nil)
        manifest["description"] = description
        try JSONSerialization.data(withJSONObject: manifest).write(to: URL(filePath: path))
        let page = try await test.learner().report(of: version, progress: .none).html()
        #expect(page.contains("did not keep them"))
    }
}
