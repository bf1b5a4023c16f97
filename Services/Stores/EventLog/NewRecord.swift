/// A record that is to be appended.
package struct NewRecord: Sendable, Equatable {
    package var topic: String
    /// Decides the partition, see ``Murmur2``. Empty only where ``partition`` is given.
    package var key: String {
        didSet { rawKey = nil }
    }
    /// Only for a key that its text does not stand for.
    private var rawKey: [UInt8]?
    /// What makes the record unique within its topic: a second record with the same id has no effect. Without one the
    /// record is always appended. Kafka does not keep it.
    package var id: String?
    /// The payload, for every topic of ours JSON text; empty means that the key is deleted.
    package var value: [UInt8]
    /// Milliseconds since the epoch.
    package var timestamp: Int64
    package var headers: [RecordHeader]
    /// Where the record goes whatever its key is; nil is the key's own partition.
    package var partition: Int?

    package init(
        topic: String, key: String, id: String? = nil, value: [UInt8], timestamp: Int64, headers: [RecordHeader] = [],
        partition: Int? = nil
    ) {
        self.topic = topic
        self.key = key
        self.id = id
        self.value = value
        self.timestamp = timestamp
        self.headers = headers
        self.partition = partition
    }

    /// The key's bytes: those of its text, unless others were set.
    package var keyBytes: [UInt8] {
        get { rawKey ?? Array(key.utf8) }
        set {
            let (text, raw) = newValue.withUnsafeBytes { RecordKey.read($0) }
            key = text
            rawKey = raw
        }
    }

    /// Looks at the key's bytes in place.
    package func withKeyBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        if let rawKey { return rawKey.withUnsafeBytes { body($0) } }
        var key = key
        return key.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    /// The number of the key's bytes.
    package var keyCount: Int { rawKey?.count ?? key.utf8.count }

    /// Whether the key's bytes are those of its text.
    package var isKeyText: Bool { rawKey == nil }

    /// The partition it goes to: the one given, or the key's own among `count`.
    package func partition(count: Int) -> Int {
        if let partition { return partition }
        guard let rawKey else { return Murmur2.partition(of: key, count: count) }
        return rawKey.withUnsafeBytes { Murmur2.partition(of: $0, count: count) }
    }
}
