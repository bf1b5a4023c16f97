package import Configuration

/// A role as a process: `cascade serve ROLE`.
package enum Role: String, Sendable, CaseIterable {
    case gateway, recall, ranking, rerank
    case userFeatures = "user-features"
    case itemFeatures = "item-features"

    /// The port that it is reached on unless another is named: HTTP for the gateway, RPC for the others.
    package var defaultPort: UInt16 {
        switch self {
        case .gateway: 8080
        case .recall: 7101
        case .ranking: 7102
        case .rerank: 7103
        case .userFeatures: 7104
        case .itemFeatures: 7105
        }
    }

    /// The port of its probes and metrics unless another is named.
    package var defaultAdminPort: UInt16 { self == .gateway ? 7200 : defaultPort + 100 }

    /// Whether it serves with a model.
    var needsModel: Bool { self == .recall || self == .ranking || self == .rerank }

    /// The variable by which the gateway is told where it is; none for the gateway itself.
    package var addressVariable: String? {
        switch self {
        case .gateway: nil
        case .recall: "CASCADE_RECALL"
        case .ranking: "CASCADE_RANKING"
        case .rerank: "CASCADE_RERANK"
        case .userFeatures: "CASCADE_USER_FEATURES"
        case .itemFeatures: "CASCADE_ITEM_FEATURES"
        }
    }

    /// Its folder in the data directory; replicas have one each.
    package func folder(_ replica: Replica) -> String {
        replica.count == 1 ? rawValue : "\(rawValue)-\(replica.index)"
    }
}
