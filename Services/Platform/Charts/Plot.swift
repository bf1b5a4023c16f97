/// A diagram with two axes, drawn as SVG.
package struct Plot: Sendable {
    /// Values that belong together.
    package struct Series: Sendable {
        package enum Style: Sendable {
            case line, points, bars
        }

        /// What the legend says; none without a name.
        package let name: String
        package let style: Style
        package let points: [(x: Double, y: Double)]

        package init(_ name: String, _ style: Style, _ points: [(x: Double, y: Double)]) {
            self.name = name
            self.style = style
            self.points = points.filter { $0.x.isFinite && $0.y.isFinite }
        }
    }

    package let title: String
    package let x: Axis
    package let y: Axis
    package let series: [Series]

    /// A plot; each series has a colour of its own, of which there are six.
    package init(_ title: String, x: Axis, y: Axis, _ series: [Series]) {
        self.title = title
        self.x = x
        self.y = y
        self.series = series
    }

    /// Size in units of the drawing; text is 12 high.
    static let size = (width: 400.0, height: 280.0)

    /// Rules for colours, in light and in dark surroundings.
    package static let style = """
        :root{--ink:#1b1f24;--soft:#59636e;--grid:#d8dee4;--back:#ffffff;--c0:#0a58ca;--c1:#b94700;--c2:#1a7f37;--c3:#8250df;--c4:#9a6700;--c5:#bf3989}
        @media(prefers-color-scheme:dark){:root{--ink:#e6edf3;--soft:#9da7b1;--grid:#353c44;--back:#0d1117;--c0:#6cb0ff;--c1:#ffa657;--c2:#56d364;--c3:#d2a8ff;--c4:#e3b341;--c5:#ff9bce}}
        .plot text{font:12px system-ui,sans-serif;fill:var(--soft)}.plot .title{font-weight:600;font-size:13px;fill:var(--ink)}
        .plot .grid{stroke:var(--grid);stroke-width:1}.plot .line{fill:none;stroke-width:2}

        """

    /// Several plots below each other as one SVG file, which needs nothing else.
    package static func file(_ plots: [Plot]) -> String {
        let columns = plots.count > 1 ? 2 : 1
        let rows = (plots.count + columns - 1) / columns
        let (width, height) = (size.width * Double(columns), size.height * Double(rows))
        var text =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 \(Int(width)) \(Int(height))\" width=\"\(Int(width))\" "
            + "height=\"\(Int(height))\">\n<style>\n\(style)</style>\n"
            + "<rect width=\"100%\" height=\"100%\" style=\"fill:var(--back)\"/>\n"
        for (place, plot) in plots.enumerated() {
            let (left, top) = (Double(place % columns) * size.width, Double(place / columns) * size.height)
            text += "<g class=\"plot\" transform=\"translate(\(left) \(top))\">\n\(plot.drawing())</g>\n"
        }
        return text + "</svg>\n"
    }

    /// An SVG element for a page that has ``style`` among its rules.
    package func element() -> String {
        "<svg class=\"plot\" role=\"img\" aria-label=\"\(Markup.escaped(title))\" viewBox=\"0 0 \(Int(Self.size.width)) "
            + "\(Int(Self.size.height))\">\n\(drawing())</svg>\n"
    }
}
