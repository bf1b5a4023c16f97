import Domain
import Testing

struct UserStateTests {
    private func state(_ items: [ItemNumber], weight: Float = 1, limits: UserState.Limits) -> UserState {
        var state = UserState()
        for (place, item) in items.enumerated() {
            let entry = HistoryEntry(item: item, kind: .like, weight: weight, timestamp: Int64(100 + place))
            state.apply(entry, limits: limits)
        }
        return state
    }

    @Test func whileTheHistoryHasEverythingThatIsWhatWasTaken() {
        #expect(UserState().taken.isEmpty && UserState(attributes: ["age=5"]).taken.isEmpty)
        let state = state([5, 3, 5], limits: UserState.Limits())
        #expect(state.earlier.isEmpty && state.taken == state.history)
    }

    @Test func whatLeftTheHistoryComesBeforeItAsClicks() {
        let state = state([1, 2, 3, 4, 2, 5], weight: 2, limits: UserState.Limits(history: 3))
        #expect(state.history.map(\.item) == [4, 2, 5] && state.earlier == [1, 3])
        #expect(state.taken.map(\.item) == [1, 3, 4, 2, 5] && Array(state.taken.suffix(3)) == state.history)
        for entry in state.taken.prefix(2) {
            #expect(entry == HistoryEntry(item: entry.item, kind: .click, weight: 1, timestamp: 103))
        }
    }

    /// What was forgotten as seen is gone, and so is what makes more than the limit: the oldest first.
    @Test func whatWasTakenIsBounded() {
        let few = state(Array(0..<50), limits: UserState.Limits(history: 10, seen: 30))
        #expect(few.taken.map(\.item) == Array(20..<50))
        let limit = ItemNumber(UserState.takenLimit)
        let many = state(Array(0..<(limit + 88)), limits: UserState.Limits(history: 10))
        #expect(many.taken.map(\.item) == Array(88..<(limit + 88)))
        let long = state(Array(0..<(limit + 88)), limits: UserState.Limits(history: Int(limit) + 20))
        #expect(long.earlier.isEmpty && long.taken == long.history)
    }
}
