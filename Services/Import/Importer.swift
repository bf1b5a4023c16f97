package import CommandLine
import Domain

/// Reads files of a known form and writes what they say to a sink: items first, then events in the order of time.
///
/// An event without an id gets one that follows from its content, and from its number among rows of the same content; an
/// item that stands in the catalogue as the file says is left alone. So importing a file twice changes nothing, and
/// importing a longer version of it adds what is new.
package struct Importer {
    private let sink: any ImportSink
    private let dataFolder: String
    private let progress: ProgressOutput
    private let now: Int64
    private let limit: Int
    private let rejectLimit: Int

    /// Items and events of one append.
    static let batch = 10_000

    /// An importer that lists rejected rows, and notes down what it did, in `dataFolder`.
    /// - Parameters:
    ///   - now: milliseconds since the epoch; events more than a day later are rejected.
    ///   - limit: events of one import; they are held in memory, 32 bytes each.
    ///   - rejectLimit: rows that the reject file lists.
    package init(
        sink: any ImportSink, dataFolder: String, progress: ProgressOutput = .none, now: Int64, limit: Int = 1 << 26,
        rejectLimit: Int = 100_000
    ) {
        self.sink = sink
        self.dataFolder = dataFolder
        self.progress = progress
        self.now = now
        self.limit = limit
        self.rejectLimit = rejectLimit
    }

    /// Imports a source. O(n log n) time and O(n) memory in the number of events.
    /// - Throws: ``ImportError``, or what the sink throws. What was written until then stays; the same import again
    ///   completes it.
    package func run(_ source: ImportSource) async throws -> ImportSummary {
        let rejects = RejectFile(dataFolder: dataFolder, name: "\(source.name)-\(now)", limit: rejectLimit)
        var reading = ImportReading(rejects: rejects, progress: progress, now: now, limit: limit)
        try reading.read(source)
        var content = reading.content
        content.sort()
        var summary = ImportSummary()
        summary.eventsRead = reading.eventsRead
        summary.isOrderOnly = content.isOrderOnly
        summary.rejected = rejects.count
        summary.rejectFile = try rejects.finish()
        if let rejectFile = summary.rejectFile, content.count == 0, content.items.items.isEmpty {
            throw ImportError(
                .nothingUsable,
                "none of the \(summary.rejected) rows could be read: \(rejectFile) lists them with their reasons; check "
                    + "the file's form against 'cascade import --help'")
        }
        try await write(itemsOf: content, &summary)
        try await write(eventsOf: content, &summary)
        try ImportJournal(dataFolder: dataFolder).append(
            ImportJournal.Entry(
                time: now, source: source.name,
                files: try content.files.map { path throws(ImportError) in
                    ImportJournal.File(path: path, sha256: try SourceFile.sha256(path))
                }, summary: summary))
        return summary
    }

    private func write(itemsOf content: ImportContent, _ summary: inout ImportSummary) async throws {
        let bare = bareItems(of: content)
        let first = Dictionary(bare.map { ($0.id, $0.timestamp) }, uniquingKeysWith: min)
        var changed: [Item] = []
        for item in content.items.items {
            summary.itemsRead += 1
            var item = item
            let standing = sink.standing(of: item.id)
            switch standing {
            case .unknown:
                if item.createdAt == 0 { item.createdAt = first[item.id] ?? 0 }
                summary.itemsNew += 1
            case .known(let old):
                if item.createdAt == 0 { item.createdAt = old.createdAt }
                if !item.isHidden { item.isHidden = old.isHidden }
                guard item != old else {
                    summary.itemsUnchanged += 1
                    continue
                }
                summary.itemsChanged += 1
            case .deleted:
                summary.itemsDeleted += 1
                continue
            }
            changed.append(item)
        }
        for (id, timestamp) in bare where !content.items.contains(id) {
            summary.itemsRead += 1
            switch sink.standing(of: id) {
            case .unknown:
                summary.itemsNew += 1
                changed.append(Item(id: id, createdAt: timestamp))
            case .known: summary.itemsUnchanged += 1
            case .deleted: summary.itemsDeleted += 1
            }
        }
        let reporter = progress.begin("writing items", total: changed.count, unit: "items")
        for start in stride(from: 0, to: changed.count, by: Self.batch) {
            let end = min(start + Self.batch, changed.count)
            try await sink.append(items: Array(changed[start..<end]))
            reporter.update(end)
        }
        reporter.finish()
    }

    /// Items that events name, with the first event of each; 0 where times only tell an order.
    private func bareItems(of content: ImportContent) -> [(id: String, timestamp: Int64)] {
        var bare = content.table.itemsByFirstEvent()
        var places = Dictionary(uniqueKeysWithValues: bare.indices.map { (bare[$0].id, $0) })
        for event in content.events {
            for id in event.items {
                if let place = places[id] {
                    bare[place].timestamp = min(bare[place].timestamp, event.timestamp)
                } else {
                    places[id] = bare.count
                    bare.append((id, event.timestamp))
                }
            }
        }
        if content.isOrderOnly { for index in bare.indices { bare[index].timestamp = 0 } }
        return bare
    }

    private func write(eventsOf content: ImportContent, _ summary: inout ImportSummary) async throws {
        let reporter = progress.begin("writing events", total: content.count, unit: "events")
        var ids = ContentIDs()
        for start in stride(from: 0, to: content.count, by: Self.batch) {
            let batch = content.events(start..<min(start + Self.batch, content.count), ids: &ids)
            let written = try await sink.append(events: batch)
            summary.eventsImported += written
            summary.eventsDuplicate += batch.count - written
            reporter.advance(by: batch.count)
        }
        reporter.finish()
    }
}
