import Catalogue
import Contracts
import Domain
import EventLog
import Messages
import Synchronization

extension ItemFeaturesCore {
    /// What goes out in one piece.
    enum Piece: Sendable {
        case letters([NewRecord])
        /// Rows that changed, and the updates that they hold.
        case rows([ItemNumber], updates: LogPositions)
        /// Rows of which the statistics changed.
        case statistics([ItemNumber])
        case marker(PositionMarker)
    }

    /// The next piece to publish, nil when there is none for now. The one before must have been acknowledged.
    /// - Parameter isDue: whether statistics are to go out again.
    func nextPiece(isDue: Bool) -> Piece? {
        state.withLock { state in
            guard var publication = state.publication.take() else { return nil }
            defer { state.publication = publication }
            if !publication.letters.isEmpty { return .letters(publication.letters) }
            if !publication.rows.isEmpty { return .rows(publication.rows.take(), updates: state.updates) }
            publication.publishedUpdates = state.updates
            if publication.cycle == nil, isDue {
                let places = self.places(of: state)
                let marker = PositionMarker(
                    nextNumber: ItemNumber(state.catalogue.rows.count), places: places,
                    now: state.catalogue.statistics.now)
                if !publication.counters.isEmpty || publication.marker != marker {
                    publication.cycle = PublicationState.Cycle(
                        backlog: publication.counters.take(), marker: marker, generation: state.generation)
                }
            }
            guard let cycle = publication.cycle else { return nil }
            return cycle.backlog.isEmpty
                ? .marker(cycle.marker) : .statistics(Array(cycle.backlog.suffix(PublicationState.chunk)))
        }
    }

    /// Whether anything waits for the next cycle.
    var hasDueStatistics: Bool {
        state.withLock { state in
            guard let publication = state.publication else { return false }
            let places = self.places(of: state)
            return !publication.counters.isEmpty || publication.marker?.places != places
        }
    }

    /// Notes that a piece is out, durably, and where its records end.
    func acknowledge(_ piece: Piece, ends: LogPositions) {
        state.withLock { state in
            guard var publication = state.publication.take() else { return }
            defer { state.publication = publication }
            for lane in ends.lanes { publication.features[lane] = max(publication.features[lane], ends[lane]) }
            switch piece {
            case .letters(let letters): publication.letters.removeFirst(letters.count)
            case .rows(_, let updates): publication.publishedUpdates = updates
            case .statistics(let numbers): publication.cycle?.backlog.removeLast(numbers.count)
            case .marker(let marker):
                publication.marker = marker
                publication.publishedGeneration = publication.cycle?.generation ?? publication.publishedGeneration
                publication.cycle = nil
                state.hasMoved = true
            }
        }
    }

    /// How far the topic has come: the updates whose rows are out, and the last marker.
    var progress: (updates: LogPositions, marker: PositionMarker?) {
        state.withLock { ($0.publication?.publishedUpdates ?? LogPositions(), $0.publication?.marker) }
    }

    /// Records of rows as they are now. O(rows).
    func records(of numbers: ArraySlice<ItemNumber>, timestamp: Int64, owner: RecordHeader) -> [NewRecord] {
        let (snapshot, places, coverage): (CatalogueSnapshot, Places, Coverage) = state.withLock { state in
            (self.snapshot(), self.places(of: state), state.coverage)
        }
        let usual = RecordHeader(Places.header, places.encoded)
        return numbers.compactMap { number in
            let row = snapshot.rows[Int(number)]
            // A place that is held by no item.
            if row.item.id.isEmpty { return nil }
            let header =
                coverage.isEmpty ? usual : RecordHeader(Places.header, coverage.merged(places, for: number).encoded)
            let message = ItemFeaturesRow(
                number: number, item: row.item, availability: row.availability, counters: snapshot.statistics[number],
                now: snapshot.statistics.now)
            return NewRecord(
                topic: configuration.topics.itemFeatures, key: row.item.id, value: ItemRowMessage.encode(message),
                timestamp: timestamp, headers: [header, owner])
        }
    }

    /// Has rows go out again, and the marker when its key is among those. Ids that the catalogue does not know are passed
    /// over.
    func publishAgain(_ keys: [String]) {
        let numbers = keys.compactMap { self.numbers.number(of: $0) }
        state.withLock { state in
            for number in numbers { state.publication?.rows.insert(number) }
            if keys.contains(ChangelogKey.position) { state.publication?.marker = nil }
        }
    }

    /// Ends the publication: nobody waits for it any more.
    func endPublication() {
        state.withLock { $0.publication?.isStopped = true }
    }
}
