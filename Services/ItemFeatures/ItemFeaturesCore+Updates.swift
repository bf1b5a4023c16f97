import Catalogue
import Contracts
import Domain
import EventLog
import Glibc
import JSON
import Metrics
import Synchronization

extension ItemFeaturesCore {
    /// Takes records of one lane of the catalogue's topic in, makes the changes visible, and tells the listeners. Calls
    /// must not overlap.
    func apply(_ records: [LogRecord], lane: Int) {
        guard let end = records.last?.position else { return }
        waitForLetters()
        var letters: [NewRecord] = []
        let updates = parser.withLock { parser in records.compactMap { update(from: $0, parser, &letters) } }
        let (changed, snapshot, listeners) = state.withLock { state in
            var introduced: [String: ItemNumbers.Entry] = [:]
            let reached = state.updates[lane]
            for update in updates where update.position > reached {
                let number = introduced[update.id]?.number ?? numbers.number(of: update.id)
                if let number, state.coverage.holds(update: update.position, lane: lane, of: number) { continue }
                apply(update, number, to: &state.catalogue, introduced: &introduced)
            }
            state.updates[lane] = max(reached, end)
            forgetCoverage(in: &state)
            state.hasMoved = true
            let changed = state.catalogue.takeChanges()
            for number in changed {
                state.unsavedRows.insert(number)
                state.publication?.rows.insert(number)
            }
            if end > reached { state.publication?.letters += letters }
            let snapshot = publishSnapshot(of: state)
            // Numbers come after the snapshot: whoever finds one finds its row in the next snapshot.
            for (id, entry) in introduced { _ = numbers.insert(id, entry) }
            return (changed, snapshot, state.listeners)
        }
        if !changed.isEmpty {
            for listener in listeners { listener(changed, snapshot) }
        }
        var reached = LogPositions()
        reached[lane] = end
        updateGate.advance(to: reached)
    }

    /// Notes that nothing is left before some places.
    func reach(_ ends: LogPositions) {
        state.withLock { state in
            for lane in ends.lanes where ends[lane] > state.updates[lane] {
                state.updates[lane] = ends[lane]
                state.hasMoved = true
            }
            forgetCoverage(in: &state)
        }
        updateGate.advance(to: ends)
    }

    private func apply(
        _ update: ItemUpdate, _ known: ItemNumber?, to catalogue: inout Catalogue,
        introduced: inout [String: ItemNumbers.Entry]
    ) {
        switch (update.item, known) {
        case (let item?, let number?):
            metrics.updates.add(catalogue.put(item, number: number) ? 1 : 0)
        case (let item?, nil):
            let number = ItemNumber(catalogue.rows.count)
            _ = catalogue.put(item, number: number)
            // Places of different topics of Kafka have no order: there an item is known from now on, whatever is asked.
            let moment = configuration.publication == nil ? Int64(clamping: update.position.rawValue) : 0
            introduced[item.id] = ItemNumbers.Entry(number: number, introduced: moment)
            metrics.updates.add()
        case (nil, let number?):
            metrics.updates.add(catalogue.delete(number) ? 1 : 0)
        case (nil, nil):
            metrics.unknownDeletions.add()
        }
    }

    private func update(
        from record: LogRecord, _ parser: JSONParser, _ letters: inout [NewRecord]
    ) -> ItemUpdate? {
        func refuse(_ reason: DeadLetter.Reason, _ detail: String) -> ItemUpdate? {
            metrics.unreadableUpdates.add()
            if configuration.publication != nil {
                letters.append(
                    DeadLetter.record(for: record, reason: reason, detail: detail, topics: configuration.topics))
            }
            return nil
        }
        if record.value.isEmpty {
            guard !record.key.isEmpty || configuration.publication == nil else {
                return refuse(.notAnItem, "neither key nor value: write the item's id as key")
            }
            return ItemUpdate(position: record.position, id: record.key, item: nil)
        }
        let rules =
            configuration.publication == nil ? ItemJSON.Rules.log : .stream(timestamp: record.timestamp)
        do {
            let item = try parser.withDocument(record.value) { try ItemJSON.item(from: $0, rules: rules) }
            guard item.id == record.key else {
                return refuse(.notAnItem, "the key is not the item's `id`: write the id as key")
            }
            return ItemUpdate(position: record.position, id: item.id, item: item)
        } catch let error as RecordError {
            return refuse(.notAnItem, error.message)
        } catch {
            return refuse(.unreadable, "\(error)")
        }
    }

    /// Holds the log's thread while too many dead letters wait for Kafka: what they are made of waits there.
    private func waitForLetters() {
        while state.withLock({ state in
            state.publication.map { !$0.isStopped && $0.letters.count >= PublicationState.maximumLetters } ?? false
        }) { usleep(20_000) }
    }
}
