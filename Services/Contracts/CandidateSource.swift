/// Where a candidate came from; the name is what answers say. Processes and caches exchange the numbers: 4 had a meaning in
/// earlier builds (links from a user's latest items) and gets no other.
package enum CandidateSource: UInt8, Sendable, CaseIterable {
    case twoTower = 0
    case popular = 1
    case latest = 2
    case similar = 3

    package var name: String {
        switch self {
        case .twoTower: "two-tower"
        case .popular: "popular"
        case .latest: "latest"
        case .similar: "similar"
        }
    }
}
