import Synchronization

/// All metrics of a process, rendered for a Prometheus scrape.
///
/// Several instances may be registered under one name and the same labels (one a shard): the scrape shows their sum,
/// or, for histograms, what they hold together. Handles are looked up once, when a part starts, and kept.
///
///     let requests = registry.counter("cascade_requests_total", help: "Requests answered.", labels: ["status": "2xx"])
///     requests.add()
package final class MetricRegistry: Sendable {
    enum Kind: String {
        case counter, gauge, histogram
    }

    enum Source: Sendable {
        case counter(Counter, scale: Double)
        case gauge(Gauge)
        case histogram(HistogramMetric)
        case computed(@Sendable () -> Double)
    }

    struct Series: Sendable {
        let labels: String
        var sources: [Source]
    }

    struct Family: Sendable {
        let name: String
        let help: String
        let kind: Kind
        let scale: HistogramScale
        var series: [Series]
    }

    let families = Mutex<[Family]>([])

    /// A registry without metrics.
    package init() {}

    /// A new counter; `scale` turns what is added into the scraped unit (nanoseconds into seconds: `1e-9`).
    package func counter(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:], scale: Double = 1
    ) -> Counter {
        let counter = Counter()
        add(.counter(counter, scale: scale), to: name, .counter, help: help, labels: labels)
        return counter
    }

    /// A new gauge.
    package func gauge(_ name: String, help: String, labels: KeyValuePairs<String, String> = [:]) -> Gauge {
        let gauge = Gauge()
        add(.gauge(gauge), to: name, .gauge, help: help, labels: labels)
        return gauge
    }

    /// A new histogram; it has one writer.
    package func histogram(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:], scale: HistogramScale = .seconds
    ) -> HistogramMetric {
        let histogram = HistogramMetric()
        add(.histogram(histogram), to: name, .histogram, help: help, labels: labels, scale: scale)
        return histogram
    }

    /// A gauge whose value is asked for at each scrape, on the scraping thread.
    package func computedGauge(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        _ value: @escaping @Sendable () -> Double
    ) {
        add(.computed(value), to: name, .gauge, help: help, labels: labels)
    }

    /// A counter whose value is asked for at each scrape, on the scraping thread.
    package func computedCounter(
        _ name: String, help: String, labels: KeyValuePairs<String, String> = [:],
        _ value: @escaping @Sendable () -> Double
    ) {
        add(.computed(value), to: name, .counter, help: help, labels: labels)
    }

    private func add(
        _ source: Source, to name: String, _ kind: Kind, help: String, labels: KeyValuePairs<String, String>,
        scale: HistogramScale = .seconds
    ) {
        precondition(PrometheusText.isMetricName(name), "\(name) is not the name of a metric")
        precondition(
            labels.allSatisfy { PrometheusText.isLabelName($0.key) && $0.key != "le" },
            "a label of \(name) has a name that is not allowed")
        let rendered = PrometheusText.labels(labels)
        families.withLock { families in
            guard let family = families.firstIndex(where: { $0.name == name }) else {
                let series = Series(labels: rendered, sources: [source])
                families.append(Family(name: name, help: help, kind: kind, scale: scale, series: [series]))
                return
            }
            precondition(
                families[family].kind == kind && families[family].scale == scale,
                "\(name) is registered as another kind or with other bounds")
            if let series = families[family].series.firstIndex(where: { $0.labels == rendered }) {
                families[family].series[series].sources.append(source)
            } else {
                families[family].series.append(Series(labels: rendered, sources: [source]))
            }
        }
    }
}
