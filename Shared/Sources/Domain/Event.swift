/// Something that happened: the record that producers send, by HTTP and by Kafka alike.
public struct Event: Sendable, Equatable {
    /// Unique among all events; a second event with the same id has no effect.
    public var id: String
    /// The name of the event type, such as `click`. See ``EventKind`` for the names that models tell apart.
    public var type: String
    /// Whose event it is; also the key by which it is partitioned.
    public var user: String
    /// The items it is about: one, or those shown in an `impression`; none for a change of the user's attributes.
    public var items: [String]
    /// Milliseconds since the epoch.
    public var timestamp: Int64
    /// A rating's value, a price, a dwell time: whatever the type measures.
    public var value: Double?
    /// The visit it belongs to.
    public var session: String?
    /// The answer of `GET /recommend` that led to it.
    public var requestID: String?
    /// Where in that answer the item stood, from 0.
    public var position: Int?
    /// The place in the app that showed the answer.
    public var scenario: String?
    /// Further fields. For ``userAttributesType`` they are the user's new attributes.
    public var fields: [String: FieldValue]

    /// The reserved type that replaces a user's attributes by the event's ``fields``.
    public static let userAttributesType = "$attributes"
    /// The reserved type that ends all that is known of a user: what comes after it is a new beginning.
    public static let erasureType = "$erase"

    /// An event; everything but who, what and when has a default.
    public init(
        id: String, type: String, user: String, items: [String], timestamp: Int64, value: Double? = nil,
        session: String? = nil, requestID: String? = nil, position: Int? = nil, scenario: String? = nil,
        fields: [String: FieldValue] = [:]
    ) {
        self.id = id
        self.type = type
        self.user = user
        self.items = items
        self.timestamp = timestamp
        self.value = value
        self.session = session
        self.requestID = requestID
        self.position = position
        self.scenario = scenario
        self.fields = fields
    }

    /// Whether the type is one of those that only the system itself may send.
    public var isReserved: Bool { type.utf8.first == UInt8(ascii: "$") }
}
