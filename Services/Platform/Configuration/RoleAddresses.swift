/// Where the other processes' roles are reached (section `roles`): `HOST:PORT` each. Several addresses of a role are
/// balanced; those of user-features are its replicas, in order.
package struct RoleAddresses: Sendable, Equatable, Codable {
    package var recall: [String] = []
    package var ranking: [String] = []
    package var rerank: [String] = []
    package var userFeatures: [String] = []
    package var itemFeatures: [String] = []

    package init() {}

    package init(from decoder: any Decoder) throws {
        var section = try SectionDecoder(decoder)
        recall = try section.value("recall", default: recall)
        ranking = try section.value("ranking", default: ranking)
        rerank = try section.value("rerank", default: rerank)
        userFeatures = try section.value("userFeatures", default: userFeatures)
        itemFeatures = try section.value("itemFeatures", default: itemFeatures)
        try section.refuseUnknownKeys()
    }

    /// Each role's key, its variable and its addresses.
    private static var fields:
        [(key: String, variable: String, path: any WritableKeyPath<RoleAddresses, [String]> & Sendable)]
    {
        [
            ("recall", "CASCADE_RECALL", \.recall), ("ranking", "CASCADE_RANKING", \.ranking),
            ("rerank", "CASCADE_RERANK", \.rerank), ("userFeatures", "CASCADE_USER_FEATURES", \.userFeatures),
            ("itemFeatures", "CASCADE_ITEM_FEATURES", \.itemFeatures),
        ]
    }

    mutating func apply(_ environment: [String: String]) {
        for (_, variable, path) in Self.fields {
            guard let text = environment[variable], !text.isEmpty else { continue }
            self[keyPath: path] = text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
    }

    func check(_ check: inout ConfigurationCheck) {
        for (key, variable, path) in Self.fields {
            let addresses = self[keyPath: path]
            check.require(addresses.count <= 1_024, "roles.\(key) has \(addresses.count) addresses; 1024 are allowed.")
            for address in addresses where HostPort(address) == nil {
                check.require(
                    false, "roles.\(key) (\(variable)) has '\(address)'; HOST:PORT is expected, with commas in between."
                )
            }
        }
    }
}
