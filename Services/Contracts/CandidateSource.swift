/// Where a candidate came from; the name is what answers say.
///
/// Processes and caches exchange the numbers. One of a process of another build that this one does not know is kept and
/// passed on: 4 had a meaning in earlier builds (links from a user's latest items) and gets no other.
package struct CandidateSource: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let twoTower = CandidateSource(rawValue: 0)
    package static let popular = CandidateSource(rawValue: 1)
    package static let latest = CandidateSource(rawValue: 2)
    package static let similar = CandidateSource(rawValue: 3)

    /// Those that this build knows.
    package static let known: [CandidateSource] = [.twoTower, .popular, .latest, .similar]

    package var name: String {
        switch self {
        case .twoTower: "two-tower"
        case .popular: "popular"
        case .latest: "latest"
        case .similar: "similar"
        default: "other"
        }
    }
}
