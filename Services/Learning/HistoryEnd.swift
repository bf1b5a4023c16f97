package import EventLog

/// Up to where a history goes: a place in each lane of the two topics that it is read from.
package struct HistoryEnd: Sendable, Equatable, CustomStringConvertible {
    package var items: LogPositions
    package var events: LogPositions
    /// Whether places of the two topics are comparable: then there is one place, and an event knows no item that came
    /// after it.
    package let isTotal: Bool

    /// One place of a log whose positions are a total order over all topics.
    package init(_ position: LogPosition) {
        items = LogPositions(position)
        events = items
        isTotal = true
    }

    /// Places of a log whose lanes are ordered each by itself.
    package init(items: LogPositions, events: LogPositions) {
        self.items = items
        self.events = events
        isTotal = false
    }

    /// The end of what is in a log now.
    init(of log: any EventLog, items itemTopic: String, events eventTopic: String) throws {
        let (items, events) = (try log.endPositions(topic: itemTopic), try log.endPositions(topic: eventTopic))
        self =
            log.isDeduplicating && log.lanes == 1
            ? HistoryEnd(max(items[0], events[0])) : HistoryEnd(items: items, events: events)
    }

    /// As a bundle's manifest says it.
    var counts: [String: Int] {
        guard !isTotal else { return [ManifestKey.position: Int(clamping: events[0].rawValue)] }
        var counts: [String: Int] = [:]
        for (name, positions) in [(ManifestKey.items, items), (ManifestKey.events, events)] {
            for lane in positions.lanes { counts["\(name)\(lane)"] = Int(clamping: positions[lane].rawValue) }
        }
        return counts
    }

    /// From what a manifest says; nil when it does not say it for such a log.
    init?(counts: [String: Int], log: any EventLog) {
        func position(_ key: String) -> LogPosition? {
            counts[key].flatMap { $0 >= 0 ? LogPosition(rawValue: UInt64($0)) : nil }
        }
        if log.isDeduplicating, log.lanes == 1 {
            guard let position = position(ManifestKey.position) else { return nil }
            self.init(position)
        } else {
            var (items, events) = (LogPositions(), LogPositions())
            for lane in 0..<log.lanes {
                guard let item = position("\(ManifestKey.items)\(lane)"),
                    let event = position("\(ManifestKey.events)\(lane)")
                else { return nil }
                items[lane] = item
                events[lane] = event
            }
            self.init(items: items, events: events)
        }
    }

    /// Roughly how many records there are up to here.
    var records: Int {
        if isTotal { return Int(clamping: events[0].rawValue) }
        return [items, events].reduce(0) { sum, positions in
            positions.lanes.reduce(sum) { $0 + Int(clamping: positions[$1].rawValue) }
        }
    }

    package var description: String {
        if isTotal { return "position \(events[0])" }
        return "positions " + events.lanes.map { "\(events[$0])" }.joined(separator: "/")
    }
}
