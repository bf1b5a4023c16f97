import Checksum
import Domain

/// Tells a training from others: two of the same identity make the same models, bit for bit.
public struct TrainingIdentity: Sendable, Equatable, Codable {
    /// SHA-256 of all interactions, cases and what describes items and users.
    public let data: String
    /// SHA-256 of all settings, the number of threads included: sums are rounded by it.
    public let settings: String

    /// Of a training on some data. O(data).
    public init(_ data: TrainingData, _ settings: ModelTrainerSettings) {
        var digest = Digest()
        digest.add(data.items.count)
        for item in data.items {
            digest.add(item.id)
            digest.add(item.isHidden ? 1 : 0)
            digest.add(item.createdAt)
            digest.add(item.tokens)
        }
        digest.add(data.userAttributes.count)
        for tokens in data.userAttributes { digest.add(tokens) }
        digest.add(data.train.count)
        for interaction in data.train {
            digest.add(interaction.user)
            digest.add(interaction.entry)
            digest.add(interaction.request)
        }
        digest.add(data.validation.count)
        for question in data.validation {
            digest.add(question.user)
            digest.add(question.target)
            digest.add(question.state.history.count)
            digest.add(question.state.seen.count)
            for item in question.state.seen { digest.add(item) }
        }
        self.data = digest.finish()
        var text = Digest()
        // Names and values of every setting, those included that are yet to be invented.
        text.add("\(settings)")
        self.settings = text.finish()
    }
}

/// A SHA-256 that is fed numbers and texts.
private struct Digest: ~Copyable {
    private static let limit = 1 << 16
    private var hash = SHA256()
    private var pending: [UInt8] = []

    init() { pending.reserveCapacity(Self.limit + 64) }

    mutating func add(_ number: some FixedWidthInteger) {
        var value = UInt64(truncatingIfNeeded: number)
        for _ in 0..<8 {
            pending.append(UInt8(truncatingIfNeeded: value))
            value >>= 8
        }
        if pending.count >= Self.limit { flush() }
    }

    mutating func add(_ text: String) {
        add(text.utf8.count)
        pending.append(contentsOf: text.utf8)
    }

    mutating func add(_ texts: [String]) {
        add(texts.count)
        for text in texts { add(text) }
    }

    mutating func add(_ entry: HistoryEntry) {
        add(entry.item)
        add(entry.kind.rawValue)
        add(entry.weight.bitPattern)
        add(entry.value.bitPattern)
        add(entry.timestamp)
    }

    private mutating func flush() {
        hash.update(pending)
        pending.removeAll(keepingCapacity: true)
    }

    consuming func finish() -> String {
        flush()
        return hash.finishHex()
    }
}
