import Contracts
import Domain
import EventLog
import JSON

/// The body of `POST /events`, read: what can be stored, and what is wrong with the rest.
struct EventSubmission {
    enum Entry {
        case accepted(Event)
        /// The event's id, if one could be read, and what is wrong.
        case rejected(RequestError)
    }

    /// Whether the body was one event, not a list.
    let isSingle: Bool
    private(set) var entries: [Entry] = []

    /// Reads a JSON object, a JSON array of objects, or NDJSON.
    ///
    /// - Parameters:
    ///   - limit: events at most.
    ///   - rules: what is asked of each.
    ///   - makeID: an id for an event without one.
    ///   - isKnown: whether the catalogue has an item.
    init(
        _ body: UnsafeRawBufferPointer, parser: JSONParser, limit: Int, rules: EventJSON.Rules, makeID: () -> String,
        isKnown: (String) -> Bool
    ) throws(RequestError) {
        let lines = Self.lines(of: body)
        guard let first = lines.first else {
            throw RequestError(kind: "empty-body", detail: "The body is empty: send one event, an array, or NDJSON.")
        }
        func entry(_ value: JSONValue) -> Entry {
            do {
                var event = try EventJSON.event(from: value, rules: rules)
                guard event.items.allSatisfy(isKnown) else { return .rejected(.unknownItemInEvent) }
                if event.id.isEmpty { event.id = makeID() }
                return .accepted(event)
            } catch {
                return .rejected(RequestError(record: error))
            }
        }
        func single(_ text: UnsafeRawBufferPointer) -> Entry {
            do { return try parser.withDocument(text, entry) } catch { return .rejected(RequestError(wrapping: error)) }
        }
        if lines.count > 1, first.first == UInt8(ascii: "{"), (try? parser.withDocument(first) { _ in }) != nil {
            isSingle = false
            try Self.check(lines.count, limit: limit)
            entries = lines.map(single)
        } else if first.first == UInt8(ascii: "[") {
            isSingle = false
            entries = try Self.array(body, parser: parser, limit: limit, entry: entry)
        } else {
            isSingle = true
            entries = [single(body)]
        }
    }

    private static func array(
        _ body: UnsafeRawBufferPointer, parser: JSONParser, limit: Int, entry: (JSONValue) -> Entry
    ) throws(RequestError) -> [Entry] {
        do {
            return try parser.withDocument(body) { root in
                guard let array = root.array else {
                    throw RequestError(kind: "invalid-json", detail: "The body is not a JSON array.")
                }
                var entries: [Entry] = []
                for value in array {
                    try check(entries.count + 1, limit: limit)
                    entries.append(entry(value))
                }
                guard !entries.isEmpty else {
                    throw RequestError(kind: "empty-body", detail: "The array is empty: send at least one event.")
                }
                return entries
            }
        } catch {
            throw RequestError(wrapping: error)
        }
    }

    private static func check(_ count: Int, limit: Int) throws(RequestError) {
        guard count <= limit else {
            throw RequestError(
                status: 413, kind: "too-many-events",
                detail: "More than \(limit) events in one request: send them in several.")
        }
    }

    /// The lines that hold more than white space, without it at their ends.
    private static func lines(of body: UnsafeRawBufferPointer) -> [UnsafeRawBufferPointer] {
        body.split(separator: UInt8(ascii: "\n")).compactMap { line in
            guard let start = line.firstIndex(where: { !isSpace($0) }),
                let end = line.lastIndex(where: { !isSpace($0) })
            else { return nil }
            return UnsafeRawBufferPointer(rebasing: line[start...end])
        }
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte == 13 || byte == 9 }
}

extension RequestError {
    static let unknownItemInEvent = RequestError(
        status: 422, kind: "unknown-item",
        detail: "The event names an item that the catalogue does not have: PUT /items/{id} first.")
}
