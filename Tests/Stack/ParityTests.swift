import CommandLine
import Contracts
import Domain
import EmbeddedLog
import EventLog
import Foundation
import ItemFeatures
import JSON
import Learning
import ModelRegistry
import Models
import Stack
import Testing
import Training
import VectorIndex

/// Holds serving against training: what the live system computed for an answer is what a replay of the log up to that
/// moment computes, bit for bit.
@Suite struct ParityTests {
    /// What an answer told of its features, and how much of the log it could know.
    private struct Moment {
        let user: String
        /// Records of the topic of events before the answer.
        let records: Int
        let features: [String: [String: Float]]
    }

    /// Asks for all that a user may be shown, with features.
    private func moment(_ user: String, after records: Int, _ connection: Connection) throws -> Moment {
        let answer = try connection.recommend("user=\(user)&n=200&explain=1")
        let features = answer.items.map { ($0.id, $0.explain?.features ?? [:]) }
        return Moment(user: user, records: records, features: Dictionary(features) { first, _ in first })
    }

    private static let kinds = [
        "click", "impression", "rating", "like", "view", "dislike", "purchase", "cart", "wish", "rating",
    ]

    /// Lets some users, new and known, do this and that, and asks in between.
    private func play(
        isLate: (Int) -> Bool, _ running: RunningStack
    ) async throws -> [Moment] {
        let connection = try running.connect()
        let users = ["tea-user1", "bike-user1", "new1", "new2"]
        var records = PlantedWorld.events.count
        #expect(try connection.put("/users/new1", #"{"attributes":{"country":"de"}}"#).status == 200)
        records += 1
        // Something about an item that the catalogue does not have yet: no part of the log that counts.
        let early = Event(
            id: "early", type: "purchase", user: "new2", items: ["tea-late"], timestamp: PlantedWorld.end)
        _ = try await running.stack.log.append([PlantedWorld.record(of: early, topics: running.stack.topics)])
        records += 1
        #expect(
            try connection.put("/items/tea-late", #"{"categories":["tea"],"created_at":1760000000000}"#).status == 201)
        var moments = [try moment("new1", after: records, connection)]
        for step in 1...50 {
            let user = users[step % users.count]
            let kind = Self.kinds[step % Self.kinds.count]
            let taste = step % 5 == 0 ? "bike" : "tea"
            let item = step % 9 == 0 ? "tea-late" : "\(taste)\(step * 7 % 30)"
            let named = kind == "impression" ? #""items":["\#(item)","bike3","tea4"]"# : #""item":"\#(item)""#
            let value = kind == "rating" ? #","value":\#(Double(step % 9) / 2)"# : ""
            let time = PlantedWorld.end + Int64(step) * 7_654_321 - (isLate(step) ? 300_000_000 : 0)
            let reply = try connection.post(
                "/events", #"{"type":"\#(kind)","user":"\#(user)",\#(named),"ts":\#(time)\#(value)}"#)
            #expect(reply.status == 202, "\(reply.text)")
            records += 1
            moments.append(try moment(users[(step + step % 2) % users.count], after: records, connection))
        }
        return moments
    }

    /// Steps a replay from moment to moment and compares.
    private func compare(
        _ moments: [Moment], with corpus: Corpus, interactionsAfter: [Int], of stack: Stack
    ) throws {
        let bundle = try #require(try stack.registry.loadActive())
        let catalogue = ServedCatalogue(bundle: bundle, items: corpus.items)
        let numbers = Dictionary(uniqueKeysWithValues: corpus.items.enumerated().map { ($1.id, ItemNumber($0)) })
        let users = Dictionary(uniqueKeysWithValues: corpus.users.enumerated().map { ($1, $0) })
        var replay = Replay(of: corpus)
        var applied = 0
        var inputs = RankingInputs()
        for moment in moments {
            while applied < interactionsAfter[moment.records] {
                replay.apply(corpus.interactions[applied])
                applied += 1
            }
            let state = replay.users[try #require(users[moment.user])]
            #expect(moment.features.count == corpus.items.count - state.seen.count)
            let scores = recallScores(of: state, catalogue)
            for (id, features) in moment.features {
                let item = try #require(numbers[id])
                var row = [Float](repeating: 0, count: RankingFeature.count)
                var span = row.mutableSpan
                let (candidates, score) = ([item], [try #require(scores[item])])
                inputs.write(
                    candidates.span, scores: score.span, for: state, bundle: bundle, vectors: catalogue.vectors,
                    facts: catalogue.facts, statistics: replay.statistics, into: &span)
                let replayed = Dictionary(
                    uniqueKeysWithValues: zip(RankingFeature.specification, row.map(\.bitPattern)))
                let served = features.mapValues(\.bitPattern)
                guard served == replayed else {
                    let wrong = replayed.filter { served[$0.key] != $0.value }.keys.sorted()
                    Issue.record("\(moment.user) after \(moment.records) records, \(id): \(wrong) differ")
                    return
                }
            }
        }
    }

    private func recallScores(of state: UserState, _ catalogue: ServedCatalogue) -> [ItemNumber: Float] {
        var vector = [Float](repeating: 0, count: catalogue.bundle.twoTower.dimensions)
        var scratch = TwoTowerScratch()
        var span = vector.mutableSpan
        catalogue.bundle.twoTower.encodeUsers([state], items: catalogue.vectors, into: &span, scratch: &scratch)
        var results = SearchResults()
        catalogue.index.search(
            queries: vector.span, count: 1, k: catalogue.facts.count, excluding: [state.seen], scratch: SearchScratch(),
            results: &results)
        return Dictionary(uniqueKeysWithValues: zip(results.items, results.scores))
    }

    /// How many interactions the first so many records of the log make, by that number.
    private func interactionCounts(in stack: Stack) throws -> [Int] {
        var counts = [0]
        try forEachEvent(in: stack) { event, position in
            let known = event.isReserved ? 0 : event.items.count { stack.items.number(of: $0, at: position) != nil }
            counts.append((counts.last ?? 0) + known)
        }
        return counts
    }

    private func forEachEvent(in stack: Stack, _ body: (Event, LogPosition) -> Void) throws {
        let parser = JSONParser()
        try stack.log.forEachRecord(topic: stack.topics.userEvents, lane: 0, after: .start) { record in
            body(
                try parser.withDocument(record.value) { try EventJSON.event(from: $0, rules: .log) }, record.position)
            return true
        }
    }

    @Test func trainingReplaysWhatWasServed() async throws {
        let running = try await RunningStack()
        let moments = try await play(isLate: { _ in false }, running)
        let history = try HistoryReader(
            log: running.stack.log, topics: running.stack.topics, weights: .standard
        ).read(progress: .none)
        #expect(history.eventsOfUnknownItems == 1)
        try compare(
            moments, with: history.corpus, interactionsAfter: interactionCounts(in: running.stack), of: running.stack)
    }

    /// Late events count when they come; a replay that follows the live system must take them in the log's order.
    @Test func lateEventsAreServedInTheOrderOfTheLog() async throws {
        let running = try await RunningStack()
        let moments = try await play(isLate: { $0 % 4 == 0 }, running)
        let stack = running.stack
        var corpus = try HistoryReader(log: stack.log, topics: stack.topics, weights: .standard)
            .read(progress: .none).corpus
        let users = Dictionary(uniqueKeysWithValues: corpus.users.enumerated().map { ($1, UInt32($0)) })
        let sorted = corpus.interactions
        corpus.interactions = []
        try forEachEvent(in: stack) { event, position in
            guard !event.isReserved else { return }
            let entries = event.entries(weights: .standard) { stack.items.number(of: $0, at: position) }
            corpus.interactions += entries.map { Interaction(user: users[event.user] ?? 0, entry: $0) }
        }
        #expect(corpus.interactions.count == sorted.count && corpus.interactions != sorted)
        try compare(moments, with: corpus, interactionsAfter: interactionCounts(in: stack), of: stack)
    }

    @Test func aRestartComesToTheSameFeatures() async throws {
        let running = try await RunningStack()
        _ = try await play(isLate: { $0 % 6 == 0 }, running)
        let before = try ["new1", "bike-user1"].map { try moment($0, after: 0, running.connect()).features }
        try await running.restart()
        let after = try ["new1", "bike-user1"].map { try moment($0, after: 0, running.connect()).features }
        #expect(before == after)
    }
}
