import Synchronization

extension MetricRegistry {
    /// The media type of ``render()``'s text.
    package static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    /// Every metric in Prometheus' text format 0.0.4, families in the order of their registration.
    package func render() -> String {
        let families = families.withLock { $0 }
        var text = ""
        for family in families {
            text += "# HELP \(family.name) \(PrometheusText.escapedHelp(family.help))\n"
            text += "# TYPE \(family.name) \(family.kind.rawValue)\n"
            for series in family.series { Self.render(series, of: family, into: &text) }
        }
        return text
    }

    private static func render(_ series: Series, of family: Family, into text: inout String) {
        if family.kind == .histogram {
            renderHistogram(series, of: family, into: &text)
            return
        }
        var value = 0.0
        for source in series.sources {
            switch source {
            case .counter(let counter, let scale): value += Double(counter.value) * scale
            case .gauge(let gauge): value += gauge.value
            case .computed(let read): value += read()
            case .histogram: continue
            }
        }
        let labels = series.labels.isEmpty ? "" : "{\(series.labels)}"
        text += "\(family.name)\(labels) \(PrometheusText.number(value))\n"
    }

    private static func renderHistogram(_ series: Series, of family: Family, into text: inout String) {
        var merged = Histogram()
        for case .histogram(let histogram) in series.sources { merged.merge(histogram.snapshot()) }
        let prefix = series.labels.isEmpty ? "" : series.labels + ","
        for (bound, count) in zip(family.scale.bounds, merged.cumulativeCounts(at: family.scale.bounds)) {
            let le = PrometheusText.number(Double(bound) / family.scale.divisor)
            text += "\(family.name)_bucket{\(prefix)le=\"\(le)\"} \(count)\n"
        }
        text += "\(family.name)_bucket{\(prefix)le=\"+Inf\"} \(merged.count)\n"
        let labels = series.labels.isEmpty ? "" : "{\(series.labels)}"
        text += "\(family.name)_sum\(labels) \(PrometheusText.number(Double(merged.sum) / family.scale.divisor))\n"
        text += "\(family.name)_count\(labels) \(merged.count)\n"
    }
}
