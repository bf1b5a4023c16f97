import CommandLine

extension Plot {
    /// Where data is drawn: left, right, top, bottom.
    private static let frame = (left: 76.0, right: 388.0, top: 46.0, bottom: 236.0)

    /// Everything inside of the plot's element.
    func drawing() -> String {
        let xs = x.range(of: series.flatMap { $0.points.map(\.x) })
        let bars = series.contains { $0.style == .bars } ? [0.0] : []
        let ys = y.range(of: series.flatMap { $0.points.map(\.y) } + bars)
        let frame = Self.frame
        func across(_ place: Double) -> Double {
            frame.left + (place - xs.lowerBound) / (xs.upperBound - xs.lowerBound) * (frame.right - frame.left)
        }
        func up(_ place: Double) -> Double {
            frame.bottom - (place - ys.lowerBound) / (ys.upperBound - ys.lowerBound) * (frame.bottom - frame.top)
        }
        var text = label(title, 8, 16, "start", "title")
        text += legend()
        for tick in y.ticks(in: ys, count: 5) {
            text += line(frame.left, up(tick.place), frame.right, up(tick.place))
            text += label(tick.text, frame.left - 6, up(tick.place) + 4, "end")
        }
        let ticks = x.ticks(in: xs, count: 6)
        for tick in ticks {
            text += line(across(tick.place), frame.bottom, across(tick.place), frame.bottom + 4)
            text += label(tick.text, across(tick.place), frame.bottom + 17, "middle")
        }
        text += line(frame.left, frame.bottom, frame.right, frame.bottom)
        text += label(x.label, (frame.left + frame.right) / 2, 272, "middle")
        text +=
            "<text transform=\"translate(13 \(number((frame.top + frame.bottom) / 2))) rotate(-90)\" text-anchor=\"middle\">"
            + "\(Markup.escaped(y.label))</text>\n"
        let groups = series.filter { $0.style == .bars }.count
        var group = 0
        for (place, series) in series.enumerated() {
            let colour = "var(--c\(place % 6))"
            let points = series.points.map { (across(x.place($0.x)), up(y.place($0.y)), $0) }
            switch series.style {
            case .line:
                let path = points.map { "\(number($0.0)),\(number($0.1))" }.joined(separator: " ")
                text += "<polyline class=\"line\" style=\"stroke:\(colour)\" points=\"\(path)\"/>\n"
                if points.count <= 40 { text += points.map { circle($0.0, $0.1, 2.5, colour) }.joined() }
            case .points: text += points.map { circle($0.0, $0.1, 3.5, colour) }.joined()
            case .bars:
                let width = 0.8 * (across(1) - across(0)) / Double(groups)
                for (centre, top, _) in points {
                    let left = centre - width * Double(groups) / 2 + width * Double(group)
                    text +=
                        "<rect x=\"\(number(left))\" y=\"\(number(min(top, up(0))))\" width=\"\(number(max(1, width - 1)))\" "
                        + "height=\"\(number(abs(up(0) - top)))\" style=\"fill:\(colour)\"/>\n"
                }
                group += 1
            }
        }
        return text
    }

    private func legend() -> String {
        var text = ""
        var left = Self.frame.left
        for (place, series) in series.enumerated() where !series.name.isEmpty {
            text +=
                "<rect x=\"\(number(left))\" y=\"25\" width=\"10\" height=\"10\" style=\"fill:var(--c\(place % 6))\"/>\n"
            text += label(series.name, left + 14, 34, "start")
            // About as wide as the letters are.
            left += 30 + 6.4 * Double(series.name.count)
        }
        return text
    }

    private func label(
        _ text: String, _ x: Double, _ y: Double, _ anchor: String, _ style: String? = nil
    ) -> String {
        let style = style.map { " class=\"\($0)\"" } ?? ""
        return "<text\(style) x=\"\(number(x))\" y=\"\(number(y))\" text-anchor=\"\(anchor)\">"
            + "\(Markup.escaped(text))</text>\n"
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double) -> String {
        "<line class=\"grid\" x1=\"\(number(x1))\" y1=\"\(number(y1))\" x2=\"\(number(x2))\" y2=\"\(number(y2))\"/>\n"
    }

    private func circle(_ x: Double, _ y: Double, _ radius: Double, _ colour: String) -> String {
        "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(radius)\" style=\"fill:\(colour)\"/>\n"
    }

    private func number(_ value: Double) -> String { Format.fixed(value, 1) }
}
