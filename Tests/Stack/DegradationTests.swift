import ItemFeatures
import Stack
import Testing

@Suite struct DegradationTests {
    @Test func withoutAModelThereArePopularItems() async throws {
        let running = try await RunningStack(isPlanted: false)
        let connection = try running.connect()
        let empty = try connection.recommend("user=u")
        #expect(empty.degraded == "popular" && empty.items.isEmpty && empty.next == nil)
        #expect(try connection.list("/popular").items.isEmpty)
        for item in ["a", "b", "c"] { #expect(try connection.put("/items/\(item)", "{}").status == 201) }
        for user in ["v", "w"] { try connection.click(user, "b") }
        try connection.click("u", "c")
        #expect(try Set(connection.recommend("user=u").ids) == ["a", "b"])
        let similar = try connection.get("/similar?item=a")
        #expect(similar.headers["x-cascade-rung"] == "popular")
        #expect(try Set(similar.decoded(ItemList.self).ids) == ["b", "c"])
        #expect(try await running.stack.items.flush())
        #expect(try connection.list("/popular").ids == ["b", "c", "a"])
    }
}
