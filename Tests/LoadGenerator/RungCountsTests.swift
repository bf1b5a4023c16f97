import LoadGenerator
import Testing

@Suite struct RungCountsTests {
    private func count(_ bodies: [String]) -> RungCounts {
        var counts = RungCounts()
        for body in bodies { Array(body.utf8).withUnsafeBytes { counts.count(in: $0) } }
        return counts
    }

    @Test func rungsAreReadFromTheHeadOfAnswers() {
        let fresh = "{\"request_id\":\"1\",\"degraded\":\"fresh\",\"items\":[]}"
        let popular = "{\"degraded\":\"popular\"}"
        let late = "{\"items\":\"\(String(repeating: "x", count: 600))\",\"degraded\":\"fresh\"}"
        let cut = "{\"degraded\":\"fre"
        var counts = count([fresh, popular, fresh, late, cut, "", "{}"])
        #expect(counts.byName == ["fresh": 2, "popular": 1])
        counts.merge(count([popular, "{\"degraded\":\"cached\"}"]))
        #expect(counts.byName == ["fresh": 2, "popular": 2, "cached": 1])
        counts.count("fresh")
        counts.count("a-rung-whose-name-is-longer-than-usual")
        #expect(counts.byName["fresh"] == 3 && counts.byName["a-rung-whose-name-is-longer-than-usual"] == 1)
    }
}
