import Checksum
import Foundation
import Testing

@Suite struct ProbeTests {
    @Test func readinessFollowsTheModel() async throws {
        let empty = try await RunningStack(isPlanted: false)
        var connection = try empty.connect()
        #expect(try connection.get("/livez").status == 200)
        let unready = try connection.get("/readyz")
        #expect(unready.status == 503 && unready.problem == "not-ready" && unready.headers["retry-after"] != nil)
        let planted = try await RunningStack()
        connection = try planted.connect()
        #expect(try connection.get("/livez").status == 200)
        #expect(try connection.get("/readyz").status == 200)
    }

    @Test func metricsAreWellFormed() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        _ = try connection.recommend("user=tea-user1")
        try connection.click("tea-user1", "bike1")
        let reply = try connection.get("/metrics")
        #expect(reply.status == 200)
        #expect(reply.headers["content-type"]?.hasPrefix("text/plain; version=0.0.4") == true)
        let name = "[a-zA-Z_:][a-zA-Z0-9_:]*"
        let comment = try Regex("# (HELP \(name) .+|TYPE \(name) (counter|gauge|histogram|summary))")
        let sample = try Regex(
            "\(name)(\\{[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\n]*\"(,[a-zA-Z_][a-zA-Z0-9_]*=\"[^\"\\n]*\")*\\})? "
                + "(-?[0-9.]+(e[+-]?[0-9]+)?|\\+Inf|-Inf|NaN)")
        var series: Set<Substring> = []
        var typed: Set<Substring> = []
        for line in reply.text.split(separator: "\n") {
            if line.hasPrefix("#") {
                #expect(line.wholeMatch(of: comment) != nil, "\(line)")
                if line.hasPrefix("# TYPE ") {
                    #expect(typed.insert(line.split(separator: " ")[2]).inserted, "\(line) is there twice")
                }
            } else {
                #expect(line.wholeMatch(of: sample) != nil, "\(line)")
                let key = line.prefix(upTo: line.lastIndex(of: " ") ?? line.endIndex)
                #expect(series.insert(key).inserted, "\(key) is there twice")
            }
        }
        for name in [
            "cascade_recommend_seconds", "cascade_batch_size", "cascade_events_total", "cascade_answers_total",
            "cascade_stage_cpu_seconds_total", "cascade_http_requests_total", "cascade_users", "cascade_items",
        ] { #expect(typed.contains(Substring(name)), "\(name)") }
        #expect(series.contains(#"cascade_answers_total{rung="fresh"}"#))
        #expect(series.contains(#"cascade_events_total{outcome="accepted"}"#))
    }

    @Test func whatIsNotThereIsAProblem() async throws {
        let running = try await RunningStack(isPlanted: false)
        let connection = try running.connect()
        for target in ["/", "/recommendations", "/items", "/items/a/b", "/users", "/livez/", "//recommend"] {
            let reply = try connection.get(target)
            #expect(reply.status == 404 && reply.problem == "not-found", "\(target)")
        }
        for (method, target) in [
            ("POST", "/recommend"), ("PUT", "/popular"), ("DELETE", "/livez"), ("GET", "/events"), ("POST", "/items/a"),
            ("PATCH", "/users/a"), ("OPTIONS", "/metrics"),
        ] {
            let reply = try connection.ask(method, target)
            #expect(reply.status == 405 && reply.problem == "method-not-allowed", "\(method) \(target)")
        }
    }

    @Test func keysAreAskedForWhereTheyAreSet() async throws {
        let running = try await RunningStack(keyHashes: [SHA256.hex(of: Array("a-key-of-some-length".utf8))])
        let connection = try running.connect()
        #expect(try connection.get("/livez").status == 200)
        #expect(try connection.get("/readyz").status == 200)
        for target in ["/recommend?user=u", "/metrics", "/items/tea1", "/popular"] {
            for key in [nil, "Bearer ", "Bearer wrong", "a-key-of-some-length", "Basic a-key-of-some-length"] {
                let reply = try connection.ask("GET", target, headers: key.map { ["Authorization": $0] } ?? [:])
                #expect(reply.status == 401 && reply.problem == "unauthorized")
            }
            let reply = try connection.ask("GET", target, headers: ["authorization": "Bearer a-key-of-some-length"])
            #expect(reply.status == 200)
        }
        #expect(try connection.delete("/items/tea1").status == 401)
    }
}
