import Contracts
import Domain
import JSON

extension ImportReading {
    /// The most records of one import that are no rows of a table: they are held in memory whole, some 300 bytes each.
    private static let mostRecords = 8_000_000

    /// Reads events and items as JSON, one a line: an object with `user` is an event, one with `id` an item.
    mutating func readRecords(_ path: String) throws {
        let parser = JSONParser(maximumBytes: Self.longestLine)
        let rules = EventJSON.Rules.file(now: now)
        let itemRules = ItemJSON.Rules.file(now: now)
        try forEachLine(of: path) { reading, line in
            guard line.contains(where: { $0 > 0x20 }) else { return }
            do {
                try parser.withDocument(line) { root in
                    if root["user"] != nil || root["event_id"] != nil {
                        reading.eventsRead += 1
                        try reading.append(try EventJSON.event(from: root, rules: rules), path)
                    } else if root["id"] != nil {
                        reading.content.items.set(try ItemJSON.item(from: root, rules: itemRules))
                    } else {
                        throw RowProblem("neither an event (it has `user`) nor an item (it has `id`)")
                    }
                }
            } catch let error as RecordError {
                throw RowProblem(error.message)
            } catch let error as JSONError {
                throw RowProblem(error.description)
            }
        }
    }

    private mutating func append(_ event: Event, _ path: String) throws(ImportError) {
        guard content.events.count < Self.mostRecords else {
            throw ImportError(
                .tooLarge,
                "\(path) has more than \(Self.mostRecords) events: split it by time and import the parts one by one")
        }
        content.events.append(event)
    }
}
