import Foundation
import Testing

extension EndToEndTests {
    /// The product among others: ports, folders, keys, and command lines that are wrong.
    @Suite struct Processes {
        private static let key = "0123456789abcdef-key"

        @Test func aPortInUse() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let other = try TrainedData()
            let outcome = try Product.run(["up", "--no-demo", "--port", "\(product.port)", "--data", other.path])
            #expect(outcome.status == 69, "\(outcome.status)")
            #expect(outcome.errors.contains("port \(product.port)") && outcome.errors.contains("--port"))
            #expect(try product.get("/readyz").status == 200)
            #expect(product.stop() == 0)
        }

        @Test func aDataDirectoryInUse() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let file = try data.folder.write(SmallWorld.csv, to: "events.csv")
            for arguments in [["up", "--port", "0"], ["import", "csv", file], ["train"], ["evaluate"]] {
                let outcome = try Product.run(arguments + ["--data", data.path])
                #expect(outcome.status == 75, "\(arguments): \(outcome.status)")
                #expect(outcome.errors.contains("process \(product.identifier)"), "\(outcome.errors)")
                #expect(outcome.errors.contains(data.path) && outcome.errors.contains("--data"), "\(outcome.errors)")
            }
            #expect(try product.get("/readyz").status == 200)
            #expect(product.stop() == 0)
        }

        @Test func keys() throws {
            let data = try TrainedData()
            let everywhere = ["up", "--no-demo", "--port", "0", "--host", "0.0.0.0", "--data", data.path]
            for (keys, cause) in [("", "CASCADE_API_KEYS"), ("short", "16")] {
                let outcome = try Product.run(everywhere, environment: ["CASCADE_API_KEYS": keys])
                #expect(outcome.status == 78, "\(outcome.status)")
                #expect(outcome.errors.contains(cause), "\(outcome.errors)")
            }
            let product = try RunningProduct(
                data: data.path, arguments: ["--no-demo", "--host", "0.0.0.0"],
                environment: ["CASCADE_API_KEYS": "\(Self.key),another-0123456789"])
            let target = "/recommend?user=user0"
            #expect(try product.get(target).status == 401)
            for wrong in ["wrong-0123456789abcdef", "", String(Self.key.dropLast())] {
                let answer = try product.get(target, headers: ["Authorization: Bearer \(wrong)"])
                #expect(answer.status == 401, "\(answer.status)")
                #expect(!answer.body.contains(Self.key))
            }
            for right in [Self.key, "another-0123456789"] {
                #expect(try product.get(target, headers: ["Authorization: Bearer \(right)"]).status == 200)
            }
            #expect(product.stop() == 0)
            #expect(!product.output.contains(Self.key))
        }

        /// Command lines that are wrong, and what the message says.
        private static let wrong = [
            ([], "needs a command"), (["trian"], "Did you mean 'train'?"), (["up", "--prot", "1"], "'--port'?"),
            (["up", "--port", "99999"], "0 to 65535"), (["up", "--port", "many"], "--port"),
            (["import", "cvs", "x"], "'csv'?"), (["import", "csv"], "<FILE>"), (["train", "more"], "'more'"),
            (["train", "--split", "half"], "auto"), (["up", "--data"], "--data"),
        ]

        @Test func wrongCommandLines() throws {
            for (arguments, cause) in Self.wrong {
                let outcome = try Product.run(arguments)
                #expect(outcome.status == 64, "\(arguments): \(outcome.status)")
                #expect(outcome.errors.contains(cause) && outcome.errors.contains("--help"), "\(outcome.errors)")
            }
            for arguments in [[], ["up"], ["import"], ["import", "csv"], ["train"], ["evaluate"], ["config"]] {
                let outcome = try Product.run(arguments + ["--help"])
                #expect(outcome.status == 0 && outcome.output.contains("Usage: cascade"), "\(outcome.errors)")
            }
        }

        @Test func wrongConfigurations() throws {
            let folder = try TemporaryFolder()
            for (text, cause) in [
                ("{http: {prt: 1}}", "http.prt"), ("{htttp: {}}", "'http'?"), ("{http: {port: 'x'}}", "http.port"),
                ("{http: {port: 99999}}", "http.port"), ("{http: {", "JSON5"), ("[]", "object"),
            ] {
                let file = try folder.write(text, to: "wrong.json5")
                for command in [["config"], ["up", "--data", folder.path + "/data"]] {
                    let outcome = try Product.run(command + ["--config", file])
                    #expect(outcome.status == 78, "\(text): \(outcome.status)")
                    #expect(outcome.errors.contains(cause) && outcome.errors.contains(file), "\(outcome.errors)")
                }
            }
            let missing = try Product.run(["config", "--config", folder.path + "/none"])
            #expect(missing.status == 78 && missing.errors.contains("--config"), "\(missing.errors)")
            let right = try folder.write("{http: {port: 1234}, /* a comment */}", to: "right.json5")
            let printed = try Product.run(["config", "--config", right])
            #expect(try (printed.json["http"] as? [String: Any])?["port"] as? Int == 1234)
        }

        @Test func wrongDataDirectories() throws {
            let folder = try TemporaryFolder()
            let file = try folder.write("x", to: "file")
            for path in [file, file + "/below", "/proc/none"] {
                let outcome = try Product.run(["up", "--no-demo", "--port", "0", "--data", path])
                #expect(outcome.status == 74, "\(path): \(outcome.status)")
                #expect(outcome.errors.contains("--data"), "\(outcome.errors)")
            }
            let log = folder.path + "/data/log.sqlite"
            try FileManager.default.createDirectory(atPath: folder.path + "/data", withIntermediateDirectories: true)
            try Data(repeating: 0x5A, count: 8192).write(to: URL(fileURLWithPath: log))
            let outcome = try Product.run(["up", "--no-demo", "--port", "0", "--data", folder.path + "/data"])
            #expect(outcome.status == 65, "\(outcome.status) \(outcome.errors)")
            #expect(outcome.errors.contains(log), "\(outcome.errors)")
        }

        @Test func tooLittleToLearnFrom() throws {
            let folder = try TemporaryFolder()
            let data = ["--data", folder.path + "/data"]
            for command in ["train", "evaluate"] {
                let outcome = try Product.run([command] + data)
                #expect(outcome.status == 65, "\(outcome.status) \(outcome.errors)")
                #expect(outcome.errors.contains("cascade import"), "\(outcome.errors)")
            }
            let file = try folder.write("user,item,time\nu1,i1,1760000000\nu2,i2,1760000000\n", to: "few.csv")
            #expect(try Product.run(["import", "csv", file] + data).status == 0)
            let outcome = try Product.run(["train"] + data)
            #expect(outcome.status == 65, "\(outcome.status)")
            #expect(outcome.errors.contains("2 users"), "\(outcome.errors)")

            let product = try RunningProduct(data: folder.path + "/data", isReady: false)
            try product.wait("no model") { product.output.contains("no model could be trained") }
            #expect(try product.get("/livez").status == 200)
            #expect(try product.get("/readyz").status == 503)
            #expect(try product.items("/recommend?user=u1") == ["i2"])
            #expect(product.stop() == 0)
        }
    }
}
