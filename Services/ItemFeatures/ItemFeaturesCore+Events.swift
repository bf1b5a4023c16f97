import Catalogue
import Contracts
import Domain
import EventLog
import Metrics
import Synchronization

extension ItemFeaturesCore {
    /// The place in a lane of user-events that reading has to begin at, for the window of ids to be full.
    func replayPosition(lane: Int) -> LogPosition {
        let reached = events[lane]
        guard let window = configuration.publication?.eventWindow else { return reached }
        return LogPosition(rawValue: reached.rawValue - min(reached.rawValue, UInt64(window)))
    }

    /// Takes interactions into the statistics and makes them visible. Calls must not overlap.
    func apply(_ batch: EventBatch) {
        var applied: UInt64 = 0
        var unknown: UInt64 = 0
        var repeated: UInt64 = 0
        let hasNews = state.withLock { state in
            let reached = state.events[batch.lane]
            // By index: a loop over the elements would copy each event.
            for place in batch.entries.indices {
                let position = batch.entries[place].position
                let isNew = state.windows[batch.lane]?.insert(batch.entries[place].event.id, at: position) ?? true
                guard position > reached, !batch.entries[place].event.isReserved else { continue }
                guard isNew else {
                    repeated += 1
                    continue
                }
                let moment = Int64(clamping: position.rawValue)
                let entries = batch.entries[place].event.entries(weights: configuration.weights) {
                    numbers.number(of: $0, at: moment)
                }
                for entry in entries {
                    guard !state.coverage.holds(event: position, lane: batch.lane, of: entry.item) else {
                        state.catalogue.advance(to: entry.timestamp)
                        continue
                    }
                    state.catalogue.apply(entry)
                    state.unsavedCounters.insert(entry.item)
                    state.publication?.counters.insert(entry.item)
                }
                applied += UInt64(entries.count)
                unknown += UInt64(batch.entries[place].event.items.count - entries.count)
            }
            guard batch.end > reached || configuration.publication == nil else { return false }
            state.events[batch.lane] = max(reached, batch.end)
            forgetCoverage(in: &state)
            state.hasMoved = true
            publishSnapshot(of: state)
            return true
        }
        guard hasNews else { return }
        metrics.events.add(applied)
        metrics.unknownItems.add(unknown)
        metrics.repeatedEvents.add(repeated)
        metrics.unreadableEvents.add(UInt64(batch.unreadable.count))
    }

    /// Whether a batch names an item that is not known, in an event that is not in the statistics yet.
    func namesUnknownItems(_ batch: EventBatch) -> Bool {
        let reached = events[batch.lane]
        return batch.entries.indices.contains { place in
            batch.entries[place].position > reached && !batch.entries[place].event.isReserved
                && !batch.entries[place].event.items.allSatisfy { numbers.number(of: $0) != nil }
        }
    }
}
