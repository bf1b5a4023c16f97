import Foundation
import Testing

extension EndToEndTests {
    /// The whole way of a user of the product.
    @Suite struct Journey {
        @Test func fromFilesToFigures() throws {
            let folder = try TemporaryFolder()
            let data = ["--data", folder.path + "/data"]
            let events = try folder.write(SmallWorld.csv, to: "events.csv")
            let rows = SmallWorld.users * SmallWorld.perUser
            let first = try Product.run(["import", "csv", events] + data)
            #expect(first.status == 0, "\(first.errors)")
            #expect(first.output.contains("\(grouped(rows)) events read: \(grouped(rows)) new"), "\(first.output)")
            let second = try Product.run(["import", "csv", events] + data)
            #expect(second.status == 0, "\(second.errors)")
            #expect(second.output.contains("0 new, \(grouped(rows)) there already"), "\(second.output)")
            let items = try folder.write(SmallWorld.catalogue, to: "items.csv")
            let catalogue = try Product.run(["import", "csv", items, "--kind", "items", "--categories", "kind"] + data)
            #expect(catalogue.status == 0, "\(catalogue.errors)")
            #expect(catalogue.output.contains("\(SmallWorld.items) items read"), "\(catalogue.output)")

            let training = try Product.run(["train"] + data)
            #expect(training.status == 0, "\(training.errors)")
            #expect(training.errors.contains("is live"), "\(training.errors)")
            let evaluation = try Product.run(["evaluate", "--json"] + data)
            #expect(evaluation.status == 0, "\(evaluation.errors)")
            let report = try evaluation.json
            #expect((report["protocol"] as? String)?.isEmpty == false)
            #expect(report["users"] as? Int == SmallWorld.users)
            #expect(report["items"] as? Int == SmallWorld.items)
            let models = try #require(report["models"] as? [[String: Any]])
            #expect(models.compactMap { $0["name"] as? String } == ["two-tower", "cascade", "popularity", "item-knn"])
            for model in models {
                for key in ["recall@20", "ndcg@20", "hr@10", "ndcg@10", "coverage", "diversity"] {
                    let figure = try #require(model[key] as? Double, "\(key) of \(model)")
                    #expect((0...1).contains(figure))
                }
            }
            let recall = models.compactMap { $0["recall@20"] as? Double }
            #expect(recall[0] > recall[2] + 0.2, "two-tower should be far ahead of popularity: \(recall)")
            let table = try Product.run(["evaluate"] + data)
            #expect(table.output.contains("item-knn"), "\(table.output)")
            #expect(table.output.contains("Protocol:"), "\(table.output)")
        }

        @Test func answersFollowTheUser() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            #expect(try product.get("/readyz").status == 200)
            let had = try product.history("user0")
            #expect(had.count == SmallWorld.perUser)
            let before = try product.items("/recommend?user=user0&n=10&diversity=0")
            #expect(before.count == 10)
            #expect(before.allSatisfy(SmallWorld.isEven), "user0 takes even items: \(before)")
            #expect(Set(before).isDisjoint(with: had))
            let odd = try product.items("/recommend?user=user1&n=10&diversity=0")
            #expect(odd.count == 10)
            #expect(!odd.contains(where: SmallWorld.isEven), "user1 takes odd items: \(odd)")
            #expect(try product.items("/recommend?user=user0").count == 20)
            #expect(try product.items("/recommend?user=nobody&n=5").count == 5)

            let clicked = before[0]
            let event = #"{"event_id":"e1","type":"purchase","user":"user0","item":"\#(clicked)"}"#
            #expect(try product.send("POST", "/events", event).status == 202)
            let after = try product.items("/recommend?user=user0&n=10&diversity=0")
            #expect(!after.contains(clicked))
            #expect(after != before)
            #expect(try product.history("user0") == [clicked] + had)
            #expect(product.stop() == 0)
            #expect(product.output.contains("stopping"))
        }

        @Test func aNewItemIsThereAtOnceAndADeletedOneNeverAgain() throws {
            let data = try TrainedData()
            let product = try RunningProduct(data: data.path)
            let item = #"{"title":"Just in","categories":["even","brand-new"]}"#
            #expect(try product.send("PUT", "/items/fresh", item).status == 201)
            let places = [
                "/recommend?user=user0&category=brand-new", "/recommend?user=user0&n=60&diversity=0", "/latest?n=1",
                "/similar?item=item2&n=100",
            ]
            for place in places { #expect(try product.items(place).contains("fresh"), "\(place)") }
            #expect(try product.items("/similar?item=fresh&n=5").allSatisfy(SmallWorld.isEven))
            #expect(try product.get("/items/fresh").json["title"] as? String == "Just in")
            #expect(try product.send("PUT", "/items/fresh", item).status == 200)

            #expect(try product.send("DELETE", "/items/fresh").status == 204)
            for place in places { #expect(try !product.items(place).contains("fresh"), "\(place)") }
            #expect(try product.get("/items/fresh").status == 404)
            #expect(try product.get("/similar?item=fresh").status == 404)
            product.killNow()
            let again = try RunningProduct(data: data.path)
            for place in places { #expect(try !again.items(place).contains("fresh"), "\(place)") }
            #expect(try again.get("/items/fresh").status == 404)
            #expect(again.stop() == 0)
        }

        private func grouped(_ number: Int) -> String {
            number < 1000 ? "\(number)" : "\(number / 1000),\(String("\(1000 + number % 1000)".dropFirst()))"
        }
    }
}
