import EventLoop
import JSON

/// The requests of a freshness probe, as bytes.
struct ProbeRequests: ~Copyable {
    private let headers: String
    private let items: Int
    private let buffer = ByteBuffer(capacity: 1024)
    private var json = JSONWriter(capacity: 256)

    init(_ plan: ProbePlan) {
        headers = plan.target.headers
        items = plan.items
    }

    /// `GET /recommend`; valid until the next request is made.
    func question(user: String) -> UnsafeRawBufferPointer {
        buffer.clear()
        buffer.append("GET /recommend?user=")
        buffer.append(user)
        buffer.append("&n=")
        buffer.append(decimal: items)
        buffer.append(" HTTP/1.1\r\n")
        buffer.append(headers)
        buffer.append("\r\n")
        return buffer.bytes
    }

    /// The event that a user clicked an item, as JSON.
    mutating func event(user: String, item: String, number: Int) -> [UInt8] {
        json.reset()
        json.beginObject()
        json.field("event_id", "\(user)-\(number)")
        json.field("type", "click")
        json.field("user", user)
        json.field("item", item)
        json.field("ts", WallClock.milliseconds)
        json.endObject()
        return json.withBytes { Array($0) }
    }

    /// `POST /events`; valid until the next request is made.
    func post(_ event: [UInt8]) -> UnsafeRawBufferPointer {
        buffer.clear()
        buffer.append("POST /events HTTP/1.1\r\n")
        buffer.append(headers)
        buffer.append("Content-Type: application/json\r\nContent-Length: ")
        buffer.append(decimal: event.count)
        buffer.append("\r\n\r\n")
        buffer.append(event)
        return buffer.bytes
    }
}
