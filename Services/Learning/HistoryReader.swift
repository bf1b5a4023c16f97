package import CommandLine
package import Contracts
package import Domain
package import EventLog
import JSON
import Training

/// Reads the whole history from the log: the catalogue by its updates, then the events, in the order of the log.
package struct HistoryReader: Sendable {
    private let log: any EventLog
    private let topics: Topics
    private let weights: EventWeights

    package init(log: any EventLog, topics: Topics, weights: EventWeights) {
        self.log = log
        self.topics = topics
        self.weights = weights
    }

    /// Records between two reports of progress.
    private static let reportInterval = 16_384

    /// Everything up to a position, or up to the end of the log. Blocks the calling thread; 2.5 µs an event on one core,
    /// an impression of several items included.
    package func read(through last: LogPosition? = nil, progress: ProgressOutput) throws -> TrainingHistory {
        let last =
            try last ?? max(end(of: topics.userEvents), end(of: topics.itemUpdates))
        let reporter = progress.begin("reading the history", total: Int(clamping: last.rawValue), unit: "records")
        var builder = CorpusBuilder(weights: weights)
        var unreadable = 0
        var done = 0
        func report() {
            done += 1
            if done % Self.reportInterval == 0 { reporter.update(done) }
        }
        let parser = JSONParser()
        try log.forEachRecord(topic: topics.itemUpdates) { record in
            guard record.position <= last else { return false }
            report()
            if record.value.isEmpty {
                builder.delete(String(decoding: record.key, as: UTF8.self))
            } else if let item = try? parser.withDocument(record.value, { try ItemJSON.item(from: $0, rules: .log) }) {
                builder.put(item, at: record.position)
            } else {
                unreadable += 1
            }
            return true
        }
        try log.forEachRecord(topic: topics.userEvents) { record in
            guard record.position <= last else { return false }
            report()
            if let event = try? parser.withDocument(record.value, { try EventJSON.event(from: $0, rules: .log) }) {
                builder.add(event, at: record.position)
            } else {
                unreadable += 1
            }
            return true
        }
        let (events, unknown) = (builder.events, builder.eventsOfUnknownItems)
        let history = TrainingHistory(
            corpus: builder.corpus(), position: last, events: events, eventsOfUnknownItems: unknown,
            unreadable: unreadable)
        reporter.finish(Self.summary(of: history))
        return history
    }

    private func end(of topic: String) throws -> LogPosition {
        try (0..<log.lanes).map { try log.endPosition(topic: topic, lane: $0) }.max() ?? .start
    }

    private static func summary(of history: TrainingHistory) -> String {
        var text =
            "\(Format.grouped(history.events)) events of \(Format.grouped(history.corpus.users.count)) users, "
            + "\(Format.grouped(history.corpus.items.count)) items"
        if history.eventsOfUnknownItems > 0 {
            text += "; \(Format.grouped(history.eventsOfUnknownItems)) about items that the catalogue lacks"
        }
        if history.unreadable > 0 { text += "; \(Format.grouped(history.unreadable)) records cannot be read" }
        return text
    }
}
