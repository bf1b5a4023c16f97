import Configuration
import Domain
import Foundation
import Testing

@Suite struct CascadeConfigurationTests {
    private func problem(_ text: String) -> String {
        do {
            return try CascadeConfiguration.parse(text, source: "test").problems().joined(separator: "|")
        } catch {
            return error.problems.joined(separator: "|")
        }
    }

    @Test func json5IsReadAndTheRestKeepsItsDefaults() throws {
        let configuration = try CascadeConfiguration.parse(
            """
            // A comment.
            {
              data: '/srv/cascade', /* another */
              http: { port: 9000, },
              events: { weights: { wishlist: +1.5, view: .25 } },
              training: { seed: 0x2A },
            }
            """, source: "test")
        #expect(configuration.data == "/srv/cascade")
        #expect(configuration.http.port == 9000)
        #expect(configuration.http.host == "127.0.0.1")
        #expect(configuration.events.weights["wishlist"] == 1.5)
        #expect(configuration.events.eventWeights.byName["view"] == 0.25)
        #expect(configuration.events.weights["purchase"] == 4)
        #expect(configuration.training.seed == 42)
        #expect(configuration.recall.candidates == 200)
        #expect(configuration.problems() == [])
        #expect(CascadeConfiguration().problems() == [])
    }

    @Test func mistakesAreNamed() {
        #expect(problem("{ http: { prot: 1 } }") == "http.prot: there is no such key; did you mean 'port'?")
        #expect(problem("{ colour: 1 }").hasPrefix("colour: there is no such key; allowed here: data, events, "))
        #expect(problem("{ http: { port: 'x' } }") == "http.port: a whole number is expected.")
        #expect(problem("{ http: 7 }") == "http: an object {…} is expected.")
        #expect(problem("[]") == "the file: an object {…} is expected.")
        #expect(problem("{ events: { weights: { view: 'much' } } }") == "events.weights.view: a number is expected.")
        #expect(problem("{ http: { port: 70000 } }") == "http.port is 70000; it must lie between 0 and 65535.")
        #expect(
            problem("{ rerank: { diversity: NaN } }") == "rerank.diversity is nan; it must lie between 0.0 and 1.0.")
        #expect(
            problem("{ recall: { candidates: 1 }, training: { dimensions: 12 } }")
                == "recall.candidates is 1; it must lie between 10 and 2000.|training.dimensions is 12; it must be a multiple of 8."
        )
        #expect(problem("{ rerank: { diversity: 'much' } }") == "rerank.diversity: a number is expected.")
        #expect(problem("{ rerank: { diversity: null } }") == "")
        #expect(problem("{ training: { dimensions: 0 } }") == "")
        #expect(
            problem("{ modelLimits: { aucLoss: 2 } }")
                == "modelLimits.aucLoss is 2.0; it must lie between -1.0 and 1.0.")
        #expect(problem("{ http: {").hasPrefix("It is not JSON5: "))
        #expect(problem("").hasPrefix("It is not JSON5: "))
        #expect(problem("{ http: { port: 1e999 } }") != "")
    }

    @Test func flagsOutrankTheEnvironmentWhichOutranksTheFile() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "cascade-\(UUID().uuidString).json5")
        try Data("{ http: { port: 1, host: 'a' }, data: '/file' }".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let environment = ["CASCADE_CONFIG": file.path, "CASCADE_PORT": "2", "CASCADE_DATA": "/environment"]
        let configuration = try CascadeConfiguration.load(file: nil, environment: environment) { $0.http.port = 3 }
        #expect(configuration.http.port == 3)
        #expect(configuration.http.host == "a")
        #expect(configuration.data == "/environment")
        #expect(try CascadeConfiguration.load(file: file.path, environment: [:]).http.port == 1)
    }

    @Test func badSourcesAreRefused() throws {
        #expect(throws: ConfigurationError.self) {
            try CascadeConfiguration.load(file: "/nonexistent/cascade.json5", environment: [:])
        }
        #expect(throws: ConfigurationError.self) {
            try CascadeConfiguration.load(file: nil, environment: ["CASCADE_PORT": "eighty"])
        }
        #expect(throws: ConfigurationError.self) {
            try CascadeConfiguration.load(file: nil, environment: ["CASCADE_PORT": "-1"])
        }
    }

    @Test func whatIsPrintedIsReadBack() throws {
        var configuration = CascadeConfiguration()
        configuration.data = "/srv/x"
        configuration.events.weights["wishlist"] = 2.5
        configuration.rerank.diversity = 0.7
        #expect(try CascadeConfiguration.parse(configuration.json(), source: "test") == configuration)
    }

    @Test func theDataDirectoryIsNeverTheWorkingDirectory() throws {
        var configuration = CascadeConfiguration()
        #expect(try configuration.dataDirectory(environment: ["HOME": "/home/a"]) == "/home/a/.local/share/cascade")
        #expect(
            try configuration.dataDirectory(environment: ["HOME": "/home/a", "XDG_DATA_HOME": "/data"])
                == "/data/cascade")
        #expect(
            try configuration.dataDirectory(environment: ["HOME": "/home/a", "XDG_DATA_HOME": "data"])
                == "/home/a/.local/share/cascade")
        #expect(throws: ConfigurationError.self) { try configuration.dataDirectory(environment: [:]) }
        configuration.data = "/srv"
        #expect(try configuration.dataDirectory(environment: [:]) == "/srv")
    }

    @Test func theEnvironmentNamesServersAndRoles() throws {
        let environment = [
            "CASCADE_KAFKA": "a:9092,b:9093", "CASCADE_KAFKA_PREFIX": "shop", "CASCADE_PARTITIONS": "4",
            "CASCADE_KAFKA_OPTIONS": #"sasl.username=me,sasl.password=se\,cret,security.protocol=sasl_ssl"#,
            "CASCADE_REDIS": "[::1]:6379", "CASCADE_REPLICA": "1/3", "CASCADE_DEADLINE_MS": "50",
            "CASCADE_RECALL_TARGET": "0.9",
            "CASCADE_USER_FEATURES": "u0:7104,u1:7104", "CASCADE_RECALL": "r:7101",
        ]
        let configuration = try CascadeConfiguration.load(file: nil, environment: environment)
        #expect(configuration.kafka.brokers == "a:9092,b:9093")
        #expect(configuration.kafka.prefix == "shop" && configuration.kafka.partitions == 4)
        #expect(configuration.kafka.options["sasl.password"] == "se,cret")
        #expect(configuration.kafka.options.count == 3)
        #expect(configuration.redis.address.flatMap(HostPort.init) == HostPort(host: "::1", port: 6379))
        #expect(configuration.replica.flatMap(Replica.init)?.partitions(of: 8) == [1, 4, 7])
        #expect(configuration.gateway.deadlineMs == 50)
        #expect(configuration.recall.target == 0.9)
        #expect(configuration.roles.userFeatures == ["u0:7104", "u1:7104"] && configuration.roles.recall == ["r:7101"])
        let printed = try configuration.json()
        #expect(!printed.contains("se,cret") && printed.contains("sasl.password") && printed.contains("sasl_ssl"))
    }

    @Test(arguments: [
        ("CASCADE_KAFKA", "broker"), ("CASCADE_KAFKA", "a:1,,b:2"), ("CASCADE_KAFKA_PREFIX", "a b"),
        ("CASCADE_PARTITIONS", "0"), ("CASCADE_PARTITIONS", "many"), ("CASCADE_KAFKA_OPTIONS", "x"),
        ("CASCADE_REDIS", "localhost"), ("CASCADE_REDIS", "h:99999"), ("CASCADE_REPLICA", "3/3"),
        ("CASCADE_REPLICA", "one"), ("CASCADE_DEADLINE_MS", "0"), ("CASCADE_RECALL_TARGET", "97%"),
        ("CASCADE_RECALL", "nowhere"),
    ])
    func wrongServersAreNamed(variable: String, value: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try CascadeConfiguration.load(file: nil, environment: [variable: value])
        }
        #expect(error.description.contains(variable), "\(error)")
    }
}
