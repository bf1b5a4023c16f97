/// The kinds of values; the number is in the value, the name in keys and metrics.
enum CachedKind: UInt8, CaseIterable {
    case list = 1
    case lastList = 2
    case user = 3
    case popular = 4

    var name: String {
        switch self {
        case .list: "list"
        case .lastList: "last"
        case .user: "user"
        case .popular: "popular"
        }
    }
}
