import Foundation
import Testing

extension EndToEndTests {
    /// The load generator against the product.
    @Suite struct LoadTests {
        @Test func reportsWhatScriptsRelyOn() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let file = data.folder.path + "/report.json"
            let outcome = try Product.run(
                [
                    "--url", "http://127.0.0.1:\(product.port)", "--rate", "200", "--duration", "3", "--json", file,
                ], program: Product.loadtest)
            #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
            let bytes = try Data(contentsOf: URL(fileURLWithPath: file))
            let report = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
            for key in [
                "rate", "achieved_rate", "requests", "errors", "p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms",
            ] {
                #expect(report[key] is NSNumber, "\(key): \(report)")
            }
            #expect(report["machine"] != nil)
            #expect(report["rate"] as? Double == 200)
            #expect(report["errors"] as? Int == 0)
            let requests = try #require(report["requests"] as? Int)
            #expect((540...660).contains(requests), "\(requests) requests")
            #expect(product.stop() == 0)
        }

        @Test func nobodyThere() throws {
            let folder = try TemporaryFolder()
            let outcome = try Product.run(
                [
                    "--url", "http://127.0.0.1:1", "--rate", "10", "--duration", "1", "--json", folder.path + "/r.json",
                ], program: Product.loadtest)
            #expect(outcome.status != 0)
            #expect(outcome.errors.contains("127.0.0.1:1"), "\(outcome.errors)")
        }
    }
}
