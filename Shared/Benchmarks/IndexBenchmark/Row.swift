import FoundationEssentials

/// A measurement, as it is printed.
struct Row: Encodable {
    let library = "cascade"
    let index: String
    /// How many lists there are, and how many a search looks at; nil for an exact index.
    let lists: Int?
    let probes: Int?
    /// The recall that was asked for; nil where there is no choice.
    let target: Double?
    let n: Int
    let dim: Int
    let k: Int
    let batch: Int
    let recall: Double
    /// Queries a second of processor time.
    let qps: Double
    /// Queries a second of the wall clock.
    let qpsWall: Double
    /// Seconds of processor time.
    let buildSeconds: Double
    let bytes: Int

    enum CodingKeys: String, CodingKey {
        case library, index, lists, probes, target, n, dim, k, batch, recall, qps, bytes
        case qpsWall = "qps_wall"
        case buildSeconds = "build_s"
    }

    /// One line of JSON.
    var json: String {
        get throws {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            return String(decoding: try encoder.encode(self), as: UTF8.self)
        }
    }

    /// One line for people.
    var line: String {
        let asked = target.map { " asked for recall \($0)" } ?? ""
        let microseconds = (1e8 / qps).rounded() / 100
        let size = lists.map { " of \($0) lists" } ?? ""
        let found = (1e4 * recall).rounded() / 1e4
        return "\(index)\(size), k \(k) batch \(batch)\(asked): recall \(found), \(microseconds) µs a query"
    }
}
