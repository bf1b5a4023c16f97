/// Where a candidate came from; the name is what answers say.
package enum CandidateSource: UInt8, Sendable, CaseIterable {
    case twoTower = 0
    case popular = 1
    case latest = 2
    case similar = 3
    case itemToItem = 4

    package var name: String {
        switch self {
        case .twoTower: "two-tower"
        case .popular: "popular"
        case .latest: "latest"
        case .similar: "similar"
        case .itemToItem: "item-to-item"
        }
    }
}
