import Foundation
import Testing

extension EndToEndTests {
    /// What has been acknowledged is there, whatever happens to the process.
    @Suite struct Durability {
        @Test func aKillLosesNothing() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let item = #"{"title":"Kept","categories":["odd"],"price":9.5,"attributes":{"brand":"Tavola"}}"#
            #expect(try product.send("PUT", "/items/kept", item).status == 201)
            #expect(try product.send("PUT", "/users/user3", #"{"attributes":{"plan":"gold"}}"#).status < 300)
            let event = #"{"event_id":"last","type":"purchase","user":"user3","item":"item2"}"#
            #expect(try product.send("POST", "/events", event).status == 202)
            product.killNow()

            let again = try RunningProduct(data: data.path)
            let user = try again.get("/users/user3")
            #expect(try again.history("user3").first == "item2")
            #expect(user.body.contains("gold"), "\(user.body)")
            let stored = try again.get("/items/kept")
            #expect(stored.body.contains("Tavola") && stored.body.contains("9.5"), "\(stored.body)")
            let recommended = try again.items("/recommend?user=user3&n=20")
            #expect(!recommended.contains("item2"))
            #expect(try again.send("POST", "/events", event).json["duplicates"] as? Int == 1)
            again.killNow()

            let third = try RunningProduct(data: data.path)
            #expect(try third.get("/users/user3").body == user.body)
            #expect(try third.get("/items/kept").body == stored.body)
            #expect(try third.items("/recommend?user=user3&n=20") == recommended)
            #expect(third.stop() == 0)
        }

        @Test func aLogThatLacksWhatWasSeenIsRefused() throws {
            let data = try TrainedData()
            let first = try RunningProduct(data: data.path)
            #expect(first.stop() == 0)
            let files = FileManager.default
            #expect(!files.fileExists(atPath: data.path + "/log.sqlite-wal"), "an orderly end leaves one file")
            let log = data.path + "/log.sqlite"
            try files.moveItem(atPath: log, toPath: log + ".aside")
            let outcome = try Product.run(["up", "--no-demo", "--port", "0", "--data", data.path])
            #expect(outcome.status == 65, "\(outcome.status)")
            #expect(outcome.errors.contains(log) && outcome.errors.contains("Restore"), "\(outcome.errors)")
            try files.removeItem(atPath: log)
            try files.moveItem(atPath: log + ".aside", toPath: log)
            let again = try RunningProduct(data: data.path)
            #expect(try again.history("user0").count == SmallWorld.perUser)
            #expect(again.stop() == 0)
        }

        @Test func aDamagedCheckpointIsRebuilt() throws {
            let data = try TrainedData()
            let first = try RunningProduct(data: data.path)
            let before = try first.get("/users/user0").body
            #expect(first.stop() == 0)
            for name in ["users.sqlite", "items.sqlite"] {
                let path = data.path + "/" + name
                try Data(repeating: 0x5A, count: 8192).write(to: URL(fileURLWithPath: path))
                let outcome = try Product.run(["up", "--no-demo", "--port", "0", "--data", data.path])
                #expect(outcome.status == 65, "\(outcome.status)")
                #expect(outcome.errors.contains(path) && outcome.errors.contains("remove it"), "\(outcome.errors)")
                try FileManager.default.removeItem(atPath: path)
            }
            let again = try RunningProduct(data: data.path)
            #expect(try again.get("/users/user0").body == before)
            #expect(again.stop() == 0)
        }

        @Test func anErasedUserStaysErased() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            #expect(try product.get("/users/user5").status == 200)
            #expect(try product.send("DELETE", "/users/user5").status == 204)
            #expect(try product.get("/users/user5").status == 404)
            product.killNow()
            let again = try RunningProduct(data: data.path)
            #expect(try again.get("/users/user5").status == 404)
            #expect(try again.items("/recommend?user=user5&n=5").count == 5)
            #expect(again.stop() == 0)
        }

        @Test func aKillAmongManySendersNeitherLosesNorDoublesAnEvent() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let crowd = Crowd(port: product.port, senders: 8)
            try product.wait("600 events") { crowd.acknowledged.count >= 600 }
            product.killNow()
            let acknowledged = crowd.finish()

            let again = try RunningProduct(data: data.path)
            for (user, events) in Dictionary(grouping: acknowledged, by: \.user) {
                let history = try again.history(user)
                #expect(Set(history).count == history.count, "\(user) has an event twice: \(history)")
                let lost = Set(events.map(\.item)).subtracting(history)
                #expect(lost.isEmpty, "\(user) lost \(lost)")
            }
            let sentAgain = "[" + acknowledged.map(\.json).joined(separator: ",") + "]"
            let answer = try again.send("POST", "/events", sentAgain)
            #expect(answer.status == 202)
            #expect(try answer.json["duplicates"] as? Int == acknowledged.count, "\(answer.body.prefix(200))")
            #expect(again.stop() == 0)
        }

        @Test func aRequestInFlightIsFinishedBeforeTheEnd() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let body = #"{"event_id":"late","type":"click","user":"user7","item":"item2"}"#
            let connection = try Connection(port: product.port)
            connection.send(
                "POST /events HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: \(body.utf8.count)\r\nExpect: 100-continue\r\n\r\n")
            #expect(String(decoding: connection.receive(), as: UTF8.self).hasPrefix("HTTP/1.1 100 "))
            product.askToStop()
            try product.wait("stopping") { product.output.contains("stopping") }
            connection.send(body)
            #expect(try HTTPAnswer(connection.receiveAll()).status == 202)
            #expect(product.exitCode() == 0)
            let again = try RunningProduct(data: data.path)
            #expect(try again.history("user7").first == "item2")
            #expect(again.stop() == 0)
        }
    }
}
