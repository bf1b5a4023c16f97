import Foundation
import Testing

extension EndToEndTests {
    /// Requests that are wrong get a 4xx answer that says why, and the product goes on.
    @Suite struct BadRequests {
        private static let deep = String(repeating: "[", count: 1000) + String(repeating: "]", count: 1000)
        private static let deepField =
            #"{"type":"click","user":"u","item":"i","fields":{"a":"# + deep + "}}"

        /// Query of /recommend, and what the answer names.
        private static let queries = [
            ("user=user0&n=0", "1 to 200"), ("user=user0&n=1000000000", "1 to 200"), ("user=user0&n=-1", "1 to 200"),
            ("user=user0&n=99999999999999999999999", "1 to 200"), ("user=user0&n=abc", "1 to 200"),
            ("user=user0&n=", "1 to 200"), ("user=user0&diversity=nan", "diversity"),
            ("user=user0&diversity=1e999", "diversity"), ("user=user0&diversity=2", "diversity"),
            ("user=user0&colour=red", "colour"), ("user=user0&user=user1", "more than once"), ("n=5", "user"),
            ("user=", "user"), ("user=%ff%fe", "UTF-8"), ("user=a%00b", "NUL"), ("user=%zz", "%25"),
            ("user=user0&cursor=none", "cursor"), ("user=user0&explain=maybe", "explain"),
        ]

        /// Bodies of POST /events, and what the answer names.
        private static let events = [
            ("", "empty"), ("[]", "empty"), ("hello", "JSON"), ("{", "JSON"), ("{}", "user"), ("7", "event"),
            (#"{"type":"click","user":"u","item":"i","value":NaN}"#, "JSON"),
            (#"{"type":"click","user":"u","item":"i","value":1e999}"#, "number"),
            (#"{"type":"click","user":"u","item":"i","ts":1e300}"#, "ts"),
            (#"{"type":"click","user":"u","item":"i","ts":99999999999999999999999}"#, "number"),
            (#"{"type":"click","user":"u","item":"i","ts":"soon"}"#, "ts"),
            (#"{"type":"click","user":"u"}"#, "item"), (#"{"type":"click","user":7,"item":"i"}"#, "user"),
            (deep, "deep"), (deepField, "deep"),
        ]

        @Test func eachIsAnsweredWithItsCause() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let before = try product.items("/recommend?user=user0")
            for (query, cause) in Self.queries {
                try expectProblem(try product.get("/recommend?\(query)"), cause, query)
            }
            for (body, cause) in Self.events {
                try expectProblem(try product.send("POST", "/events", body), cause, String(body.prefix(80)))
            }
            try expectProblem(
                try product.send("POST", "/events", #"{"type":"click","user":"u","item":"none"}"#), "/items/{id}",
                "an event with an unknown item", status: 422)
            for body in [Self.deep, #"{"price":1e999}"#, #"{"price":-1}"#, #"{"title":7}"#, "[]", ""] {
                try expectProblem(try product.send("PUT", "/items/bad", body), "", String(body.prefix(80)))
            }
            var text = Array(#"{"type":"click","user":"?","item":"item2"}"#.utf8)
            for index in text.indices where text[index] == UInt8(ascii: "?") { text[index] = 0xFF }
            try expectProblem(try HTTPAnswer(port: product.port, "POST", "/events", body: text), "UTF-8", "bad UTF-8")
            let huge = [UInt8](repeating: UInt8(ascii: " "), count: 10_000_000)
            try expectProblem(
                try HTTPAnswer(port: product.port, "POST", "/events", body: huge), "bytes", "10 MB", status: 413)
            try expectProblem(try product.get("/nowhere"), "/recommend", "unknown path", status: 404)
            try expectProblem(try product.get("/similar?item=none"), "/items/{id}", "unknown item", status: 404)
            try expectProblem(try product.send("POST", "/recommend"), "GET", "wrong method", status: 405)

            #expect(try product.items("/recommend?user=user0") == before)
            #expect(try product.get("/items/bad").status == 404)
            let mixed = try product.send(
                "POST", "/events",
                #"[{"type":"click","user":"user0","item":"item2"},{"type":"click"}]"#)
            #expect(mixed.status == 202)
            #expect(try mixed.json["accepted"] as? Int == 1)
            #expect(try mixed.json["rejected"] as? Int == 1)
            #expect(product.stop() == 0)
        }

        private func expectProblem(
            _ answer: HTTPAnswer, _ cause: String, _ what: String, status: Int = 400
        ) throws {
            #expect(answer.status == status, "\(what): \(answer.status) \(answer.body)")
            #expect(answer.head.lowercased().contains("application/problem+json"), "\(what): \(answer.head)")
            let problem = try answer.json
            #expect((problem["type"] as? String)?.hasPrefix("urn:cascade:problem:") == true, "\(what): \(answer.body)")
            let detail = try #require(problem["detail"] as? String, "\(what): \(answer.body)")
            #expect(!detail.isEmpty && (cause.isEmpty || detail.contains(cause)), "\(what): \(detail)")
        }
    }
}
