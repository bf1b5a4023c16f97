import Domain
import Testing

@testable import Training

struct UserSequencesTests {
    private func interactions(seed: UInt64) -> [Interaction] {
        var state = seed
        func below(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        return (0..<600).map { step in
            Interaction(
                user: UInt32(below(4)),
                entry: HistoryEntry(
                    item: ItemNumber(below(30)), kind: EventKind(rawValue: UInt8(below(9))) ?? .view,
                    weight: Float(below(5) - 1), timestamp: Int64(step)))
        }
    }

    /// What the trainer takes for a history is what the services' fold of the same events has.
    @Test func historiesAreThoseOfTheReplay() {
        let interactions = interactions(seed: 11)
        let sequences = UserSequences(interactions, users: 4)
        let limits = UserState.Limits(history: 20)
        var states = [UserState](repeating: UserState(), count: 4)
        var positions = (0..<4).map { sequences.starts[$0] }
        var compared = 0
        for interaction in interactions where interaction.entry.kind != .impression {
            let user = Int(interaction.user)
            let range = sequences.history(of: user, before: positions[user], limit: 20)
            #expect(Array(sequences.entries[range]) == states[user].history)
            #expect(sequences.entries[positions[user]] == interaction.entry)
            positions[user] += 1
            states[user].apply(interaction.entry, limits: limits)
            compared += 1
        }
        #expect(compared > 400)
    }

    @Test func samplesAreFirstMeetingsWithLikedItems() {
        let interactions = interactions(seed: 12)
        let sequences = UserSequences(interactions, users: 4)
        for user in 0..<4 {
            let own = interactions.filter { $0.user == user && $0.entry.kind != .impression }.map(\.entry)
            let liked = Set(own.filter { $0.weight > 0 }.map(\.item))
            let samples = sequences.samples[sequences.sampleStarts[user]..<sequences.sampleStarts[user + 1]]
            #expect(Set(samples.map { sequences.entries[$0].item }) == liked)
            #expect(samples.count == liked.count)
            for sample in samples {
                let earlier = sequences.entries[sequences.starts[user]..<sample]
                #expect(!earlier.contains { $0.item == sequences.entries[sample].item })
            }
        }
    }

    @Test func onlyWhatHappenedAtOnceIsShuffled() {
        var tied = interactions(seed: 13)
        for place in tied.indices { tied[place].entry.timestamp = Int64(place / 50) }
        var sequences = UserSequences(tied, users: 4)
        let before = sequences
        var random = RandomSource(seed: 1)
        sequences.shuffleTies(using: &random)
        #expect(sequences.entries != before.entries)
        #expect(sequences.entries.map(\.timestamp) == before.entries.map(\.timestamp))
        #expect(sequences.samples.count == before.samples.count)
        for user in 0..<4 {
            let range = before.sampleStarts[user]..<before.sampleStarts[user + 1]
            #expect(
                Set(sequences.samples[range].map { sequences.entries[$0].item })
                    == Set(before.samples[range].map { before.entries[$0].item }))
        }
        var untied = UserSequences(interactions(seed: 13), users: 4)
        let ordered = untied
        untied.shuffleTies(using: &random)
        #expect(untied.entries == ordered.entries && untied.samples == ordered.samples)
    }
}
