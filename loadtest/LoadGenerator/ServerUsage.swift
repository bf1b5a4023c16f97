/// What the server under test spent on the measured requests, from its own metrics before and after.
package struct ServerUsage: Sendable, Equatable, Codable {
    /// CPU microseconds of the server's process for each request.
    package var cpuMicrosecondsPerRequest: Double?

    /// The same by stage of the pipeline.
    package var stageMicrosecondsPerRequest: [String: Double]

    /// Requests that went through the pipeline together, on average.
    package var meanBatch: Double?

    /// Resident memory at the end, in bytes.
    package var residentBytes: Int?

    enum CodingKeys: String, CodingKey {
        case cpuMicrosecondsPerRequest = "cpu_us_per_request"
        case stageMicrosecondsPerRequest = "cpu_us_per_request_by_stage"
        case meanBatch = "mean_batch"
        case residentBytes = "resident_bytes"
    }

    /// The difference of two scrapes; nil when there is nothing to tell.
    ///
    /// - Parameter requests: answered in between, for a server that does not count them itself. One that falls behind
    ///   answers some of the requests after the second scrape: its own count is the one that its CPU time was spent on.
    package init?(before: MetricsScrape, after: MetricsScrape, requests: Int) {
        guard requests > 0 else { return nil }
        func growth(_ name: String) -> Double? {
            guard let first = before.samples[name], let last = after.samples[name], last >= first else { return nil }
            return last - first
        }
        let answered = growth("cascade_batch_size_sum").flatMap { $0 > 0 ? $0 : nil } ?? Double(requests)
        let scale = 1e6 / answered
        cpuMicrosecondsPerRequest = growth("process_cpu_seconds_total").map { $0 * scale }
        let stage = "cascade_stage_cpu_seconds_total"
        let first = before.values(of: stage, by: "stage")
        stageMicrosecondsPerRequest = [:]
        for (name, seconds) in after.values(of: stage, by: "stage") {
            stageMicrosecondsPerRequest[name] = max(seconds - (first[name] ?? 0), 0) * scale
        }
        if let sum = growth("cascade_batch_size_sum"), let count = growth("cascade_batch_size_count"), count > 0 {
            meanBatch = sum / count
        }
        residentBytes = after.samples["process_resident_memory_bytes"].flatMap { Int(exactly: $0.rounded()) }
        if cpuMicrosecondsPerRequest == nil, stageMicrosecondsPerRequest.isEmpty, meanBatch == nil, residentBytes == nil
        {
            return nil
        }
    }
}
