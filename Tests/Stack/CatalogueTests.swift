import Domain
import Testing

@Suite struct CatalogueTests {
    private static let newItem =
        #"{"title":"Tea no. 99","categories":["tea","tea-9"],"attributes":{"brand":"tea-brand-0"},"price":5}"#

    @Test func aNewItemIsRecommendableAtOnce() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        let created = try connection.put("/items/tea99", Self.newItem)
        #expect(created.status == 201 && created.text.contains("\"title\":\"Tea no. 99\""))
        #expect(try connection.put("/items/tea99", Self.newItem).status == 200)
        #expect(try connection.get("/items/tea99").text.contains("tea-9"))
        #expect(try connection.list("/latest?n=1").ids == ["tea99"])
        #expect(try connection.recommend("user=tea-user1&category=tea-9").ids == ["tea99"])
        #expect(try connection.recommend("user=nobody&category=tea-9").ids == ["tea99"])
        let similar = try connection.list("/similar?item=tea99&n=10")
        #expect(similar.items.count == 10 && similar.items.allSatisfy { $0.source == "similar" })
        // Scores are cosines: how popular an item is does not make it alike.
        #expect(similar.items.allSatisfy { abs($0.score) <= 1.05 })
        #expect(similar.ids.allSatisfy { $0.hasPrefix("tea") && $0 != "tea99" })
        #expect(try similar.ids.contains { try connection.list("/similar?item=\($0)&n=60").ids.contains("tea99") })
        try connection.click("tea-user1", "tea99")
        #expect(try !connection.recommend("user=tea-user1&n=200").ids.contains("tea99"))
    }

    @Test func hiddenItemsDisappearAndComeBack() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        func places() throws -> [Bool] { try Self.places(of: "bike5", connection) }
        #expect(try places() == [true, true, true, true, true])
        #expect(try connection.put("/items/bike5", #"{"title":"B","categories":["bike"],"hidden":true}"#).status == 200)
        #expect(try places() == [false, false, false, false, false])
        #expect(try connection.get("/items/bike5").status == 200)
        #expect(try connection.get("/similar?item=bike5").problem == "unknown-item")
        #expect(try connection.put("/items/bike5", #"{"title":"B","categories":["bike"]}"#).status == 200)
        #expect(try places() == [true, true, true, true, true])
    }

    @Test func aDeletedItemNeverAppearsAgain() async throws {
        let running = try await RunningStack()
        var connection = try running.connect()
        let before = try connection.recommend("user=nobody&n=3")
        let cursor = try #require(before.next)
        #expect(try connection.delete("/items/bike5").status == 204)
        for _ in 0..<2 {
            #expect(try Self.places(of: "bike5", connection) == [false, false, false, false, false])
            #expect(try !connection.recommend("user=nobody&n=200&exclude=bike5").ids.contains("bike5"))
            #expect(try !connection.recommend("user=nobody&n=200&cursor=\(cursor)").ids.contains("bike5"))
            #expect(try connection.get("/items/bike5").problem == "unknown-item")
            #expect(try connection.get("/similar?item=bike5").problem == "unknown-item")
            #expect(try connection.delete("/items/bike5").problem == "unknown-item")
            let event = try connection.post("/events", #"{"type":"click","user":"x","item":"bike5"}"#)
            #expect(event.status == 422 && event.problem == "unknown-item")
            try await running.restart()
            connection = try running.connect()
        }
        let sheet: UserSheet = try connection.get("/users/bike-user1").decoded()
        #expect(!sheet.history.isEmpty)
    }

    /// Whether an item is in a known user's list, an unknown one's, another item's, the popular ones and the new ones.
    private static func places(of item: String, _ connection: Connection) throws -> [Bool] {
        let seen = Set(PlantedWorld.events.filter { $0.items == [item] }.map(\.user))
        let user = (0..<PlantedWorld.usersPerTaste).map { "bike-user\($0)" }.first { !seen.contains($0) } ?? ""
        return [
            try connection.recommend("user=\(user)&n=200").ids,
            try connection.recommend("user=nobody&n=200").ids,
            try connection.list("/similar?item=bike6&n=200").ids,
            try connection.list("/popular?n=200").ids,
            try connection.list("/latest?n=200").ids,
        ].map { $0.contains(item) }
    }

    @Test func badItemsAreProblems() async throws {
        let running = try await RunningStack(isPlanted: false)
        let connection = try running.connect()
        #expect(try connection.put("/items/a", "{").problem == "invalid-json")
        #expect(try connection.put("/items/a", #"{"id":"b"}"#).problem == "contradiction")
        #expect(try connection.put("/items/a", #"{"price":-1}"#).problem == "out-of-range")
        for target in ["/items/%01", "/items/\(String(repeating: "a", count: 513))", "/users/%7F"] {
            let reply = try connection.put(target, #"{"attributes":{}}"#)
            #expect(reply.status == 400, "\(target): \(reply.text)")
        }
        #expect(try connection.put("/items/a%20%C3%BC", #"{"title":"ü"}"#).status == 201)
        #expect(try connection.get("/items/a%20%C3%BC").text.contains("\"id\":\"a ü\""))
    }

    @Test func usersCanBeDescribedAndErased() async throws {
        let running = try await RunningStack()
        var connection = try running.connect()
        let put = try connection.put("/users/carla", #"{"attributes":{"country":"de","tags":["a","b"]}}"#)
        #expect(put.status == 200)
        let sheet: UserSheet = try connection.get("/users/carla").decoded()
        #expect(sheet.attributes == ["country=de", "tags=a", "tags=b"] && sheet.history.isEmpty)
        #expect(try connection.recommend("user=carla&n=5").items.count == 5)
        #expect(try connection.put("/users/carla", #"{"colour":"red"}"#).status == 400)
        let stranger = try connection.recommend("user=stranger&n=30").ids
        #expect(try connection.recommend("user=tea-user2&n=30").ids != stranger)
        for user in ["carla", "tea-user2"] { #expect(try connection.delete("/users/\(user)").status == 204) }
        for _ in 0..<2 {
            for user in ["carla", "tea-user2"] {
                #expect(try connection.get("/users/\(user)").problem == "unknown-user")
                #expect(try connection.delete("/users/\(user)").problem == "unknown-user")
                #expect(try connection.recommend("user=\(user)&n=30").items.allSatisfy { $0.source != "two-tower" })
            }
            try await running.restart()
            connection = try running.connect()
        }
    }

    @Test func listsKnowTheirCategories() async throws {
        let running = try await RunningStack()
        let connection = try running.connect()
        #expect(try connection.list("/popular?category=tea-1&n=100").items.count == 10)
        #expect(try connection.list("/latest?category=boats").items.isEmpty)
        #expect(try connection.list("/latest?n=3").ids == ["tea0", "bike0", "tea1"])
        #expect(try connection.get("/popular?n=0").problem == "invalid-parameter")
        #expect(try connection.get("/similar").problem == "invalid-parameter")
        #expect(try connection.get("/similar?item=unheard-of").problem == "unknown-item")
    }
}
