import Contracts
import Domain

extension CachedList {
    func write(into writer: inout ValueWriter) {
        writer.append(text: model)
        writer.append(UInt32(items.count))
        writer.append(list: items)
        writer.append(list: scores.map(\.bitPattern))
        writer.append(sources.map(\.rawValue))
    }

    init(reading reader: inout ValueReader) throws(ForeignValue) {
        let model = try reader.text()
        let count = Int(try reader.integer(UInt32.self))
        let items = try reader.list(count) { $0 }
        let scores = try reader.list(count) { Float(bitPattern: $0) }
        let sources = try reader.take(count).map { CandidateSource(rawValue: $0) }
        self.init(model: model, items: items, scores: scores, sources: sources)
    }

    /// Estimated memory.
    var byteCount: Int { 160 + model.utf8.count + items.count * 9 }
}

/// The last list of a user, with what it was asked for.
struct LastList: Sendable {
    var category: String?
    var list: CachedList

    /// What of it answers a request with these parameters: nothing for another category; the best that are not left out.
    func answer(to parameters: ListParameters) -> CachedList? {
        guard category == parameters.category else { return nil }
        let excluded = Set(parameters.excluded)
        let kept = list.items.indices.filter { !excluded.contains(list.items[$0]) }.prefix(parameters.count)
        guard !kept.isEmpty else { return nil }
        return CachedList(
            model: list.model, items: kept.map { list.items[$0] }, scores: kept.map { list.scores[$0] },
            sources: kept.map { list.sources[$0] })
    }

    func write(into writer: inout ValueWriter) {
        writer.append(optionalText: category)
        list.write(into: &writer)
    }

    init(category: String?, list: CachedList) {
        self.category = category
        self.list = list
    }

    init(reading reader: inout ValueReader) throws(ForeignValue) {
        category = try reader.optionalText()
        list = try CachedList(reading: &reader)
    }
}

extension UserState {
    init(reading reader: inout ValueReader) throws(ForeignValue) {
        do {
            self = try UserState(decoding: Array(reader.remainder()))
        } catch {
            throw ForeignValue()
        }
    }

    /// Estimated memory.
    var byteCount: Int { 256 + history.count * 32 + seen.count * 4 + attributes.reduce(0) { $0 + 32 + $1.utf8.count } }
}

/// Popular items as one value.
struct PopularItems: Sendable, Equatable {
    var items: [PopularItem]

    init(_ items: [PopularItem]) {
        self.items = items
    }

    func write(into writer: inout ValueWriter) {
        writer.append(UInt32(items.count))
        for item in items {
            writer.append(item.score.bitPattern)
            writer.append(UInt32(item.answerFragment.count))
            writer.append(item.answerFragment)
        }
    }

    init(reading reader: inout ValueReader) throws(ForeignValue) {
        items = []
        for _ in 0..<(try reader.integer(UInt32.self)) {
            let score = Float(bitPattern: try reader.integer())
            items.append(PopularItem(score: score, answerFragment: try reader.bytes()))
        }
    }

    /// Estimated memory.
    var byteCount: Int { items.reduce(64) { $0 + 56 + $1.answerFragment.count } }
}
