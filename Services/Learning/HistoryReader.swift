package import CommandLine
package import Contracts
package import Domain
package import EventLog
import JSON
import Training

/// Reads the whole history from the log: the catalogue by its updates, then the events, lane by lane, each in its order.
///
/// What it takes from a record, and which records count, is what the services take: an event counts once however often it
/// is in the log, and nothing counts that a user did before the user was erased.
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

    /// Everything up to an end, or up to the end of the log. Blocks the calling thread; 2.5 µs an event on one core,
    /// an impression of several items included.
    package func read(through last: HistoryEnd? = nil, progress: ProgressOutput) throws -> TrainingHistory {
        let last = try last ?? HistoryEnd(of: log, items: topics.itemUpdates, events: topics.userEvents)
        let reporter = progress.begin("reading the history", total: last.records, unit: "records")
        var builder = CorpusBuilder(weights: weights)
        var unreadable = 0
        var done = 0
        func report() {
            done += 1
            if done % Self.reportInterval == 0 { reporter.update(done) }
        }
        let parser = JSONParser()
        // As item-features reads them.
        func rules(_ timestamp: Int64) -> ItemJSON.Rules {
            log.isDeduplicating ? .log : .stream(timestamp: timestamp)
        }
        for lane in last.items.lanes {
            try log.forEachRecord(topic: topics.itemUpdates, lane: lane, after: .start) { record in
                guard record.position <= last.items[lane] else { return false }
                report()
                if record.value.isEmpty {
                    builder.delete(String(decoding: record.key, as: UTF8.self))
                } else if let item = try? parser.withDocument(
                    record.value, { try ItemJSON.item(from: $0, rules: rules(record.timestamp)) })
                {
                    builder.put(item, at: last.isTotal ? record.position : .start)
                } else {
                    unreadable += 1
                }
                return record.position < last.items[lane]
            }
        }
        let reading = EventReading(log)
        for lane in last.events.lanes {
            var duplicates = DuplicateFilter(isNeeded: !log.isDeduplicating)
            try log.forEachRecord(topic: topics.userEvents, lane: lane, after: .start) { record in
                guard record.position <= last.events[lane] else { return false }
                report()
                switch reading.outcome(record, parser) {
                case .event(let event):
                    if event.type == Event.erasureType {
                        builder.erase(event.user)
                    } else if duplicates.isFirst(event.id) {
                        builder.add(event, at: record.position)
                    }
                // It counts where it is forwarded to.
                case .misplaced: break
                case .unreadable: unreadable += 1
                }
                return record.position < last.events[lane]
            }
        }
        let (events, unknown) = (builder.events, builder.eventsOfUnknownItems)
        let history = TrainingHistory(
            corpus: builder.corpus(), end: last, events: events, eventsOfUnknownItems: unknown, unreadable: unreadable)
        reporter.finish(Self.summary(of: history))
        return history
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
