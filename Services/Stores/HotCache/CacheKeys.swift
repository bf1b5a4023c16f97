import Checksum
import Contracts

/// Keys in Redis: `PREFIX:FORMAT:KIND:…`, the user or category last, as it is the only part that may hold a colon.
///
/// - a list: `cascade:1:list:HASH:VERSION:NEWEST:USER`, where HASH is 128 bits of model and parameters
/// - a user's last list: `cascade:1:last:USER`
/// - a user's row: `cascade:1:user:USER`
/// - popular items: `cascade:1:popular` and `cascade:1:popular:CATEGORY`
struct CacheKeys {
    private let prefix: String
    private var last: (model: String, parameters: ListParameters, hash: String)?

    init(prefix: String) {
        self.prefix = "\(prefix):\(SealedValue.format):"
    }

    mutating func list(_ key: ListKey) -> [UInt8] {
        let hash = hash(key.model, key.parameters)
        return bytes(.list, "\(hash):\(key.version):\(key.newest):", key.user)
    }

    func lastList(_ user: String) -> [UInt8] { bytes(.lastList, "", user) }

    func user(_ user: String) -> [UInt8] { bytes(.user, "", user) }

    func popular(_ category: String?) -> [UInt8] {
        guard let category else { return Array("\(prefix)\(CachedKind.popular.name)".utf8) }
        return bytes(.popular, "", category)
    }

    private func bytes(_ kind: CachedKind, _ middle: String, _ end: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(prefix.utf8.count + middle.utf8.count + end.utf8.count + 8)
        bytes.append(contentsOf: prefix.utf8)
        bytes.append(contentsOf: kind.name.utf8)
        bytes.append(UInt8(ascii: ":"))
        bytes.append(contentsOf: middle.utf8)
        bytes.append(contentsOf: end.utf8)
        return bytes
    }

    /// Most requests have the parameters of the one before.
    private mutating func hash(_ model: String, _ parameters: ListParameters) -> String {
        if let last, last.model == model, last.parameters == parameters { return last.hash }
        var writer = ValueWriter()
        writer.append(text: model)
        writer.append(UInt32(parameters.count))
        // Nothing else is a number that is none.
        writer.append((parameters.diversity ?? .nan).bitPattern)
        writer.append(optionalText: parameters.category)
        for item in parameters.excluded { writer.append(item) }
        let hash = String(SHA256.hex(of: writer.bytes).prefix(32))
        last = (model, parameters, hash)
        return hash
    }
}
