import Charts
import Foundation
import FoundationXML
import Testing

@Suite struct PlotTests {
    /// The attributes of all elements of a name.
    private final class Elements: NSObject, XMLParserDelegate {
        let name: String
        var found: [[String: String]] = []
        var text = ""

        init(_ name: String) { self.name = name }

        func parser(
            _ parser: XMLParser, didStartElement element: String, namespaceURI: String?, qualifiedName: String?,
            attributes: [String: String] = [:]
        ) {
            if element == name { found.append(attributes) }
        }

        func parser(_ parser: XMLParser, foundCharacters string: String) { text += string + " " }
    }

    private func elements(_ name: String, _ plot: Plot) -> Elements? {
        let parser = XMLParser(data: Data(Plot.file([plot]).utf8))
        let elements = Elements(name)
        parser.delegate = elements
        return parser.parse() ? elements : nil
    }

    @Test func pointsLieInsideOfTheFrameInTheirOrder() throws {
        let points = [0.001, 0.01, 0.1].enumerated().map { (x: $1, y: Double($0) * -3) }
        let plot = Plot(
            "rate & <loss>", x: Axis("rate", scale: .logarithmic), y: Axis("loss (nats)"),
            [Plot.Series("all", .points, points)])
        let elements = try #require(self.elements("circle", plot))
        let places = elements.found.map { (Double($0["cx"] ?? "") ?? -1, Double($0["cy"] ?? "") ?? -1) }
        #expect(places.count == 3)
        #expect(places.allSatisfy { (0...400).contains($0.0) && (0...280).contains($0.1) })
        #expect(abs((places[1].0 - places[0].0) - (places[2].0 - places[1].0)) < 0.2, "decades are equally wide")
        #expect(places[0].1 < places[1].1 && places[1].1 < places[2].1, "less is lower")
        for text in ["rate & <loss>", "loss (nats)", "0.001", "0.01", "0.1", "all"] {
            #expect(elements.text.replacing(" ", with: "").contains(text.replacing(" ", with: "")), "\(text)")
        }
    }

    @Test func barsStandOnZero() throws {
        let plot = Plot(
            "bars", x: Axis("model", scale: .names(["a", "b"])), y: Axis("%"),
            [Plot.Series("", .bars, [(0, 10), (1, 40)])])
        let bars = try #require(elements("rect", plot)).found.filter { $0["style"]?.contains("--c0") == true }
        let ends = bars.map { (Double($0["y"] ?? "") ?? 0) + (Double($0["height"] ?? "") ?? 0) }
        let heights = bars.map { Double($0["height"] ?? "") ?? 0 }
        #expect(bars.count == 2 && abs(ends[0] - ends[1]) < 0.2 && abs(heights[1] / heights[0] - 4) < 0.05)
    }

    /// What has no extent, or no value at all, is drawn as well.
    @Test(arguments: [[], [(1.0, 5.0)], [(1, 5), (2, 5)], [(1, .nan)], [(1, 0)], [(1e-12, 1e12), (2e-12, 2e12)]])
    func oddDataIsDrawn(_ points: [(Double, Double)]) {
        for scale in [Axis.Scale.linear, .logarithmic] {
            let plot = Plot(
                "", x: Axis("x", scale: scale), y: Axis("y"),
                [Plot.Series("s", .line, points.map { (x: $0.0, y: $0.1) })])
            let text = Plot.file([plot])
            #expect(XMLParser(data: Data(text.utf8)).parse())
            #expect(!text.contains("nan") && !text.contains("inf"))
        }
    }
}
