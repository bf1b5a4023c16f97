import EventLoop
import Synchronization
import Testing

struct DeadlineListTests {
    // @unchecked: used on the loop's thread only, or after its end.
    private final class State: @unchecked Sendable {
        var lists: [DeadlineList] = []
        var deadlines: [Expiry] = []
        var expired: [Int] = []
    }

    @Test func deadlinesExpireInTheOrderOfArmingUnlessDisarmed() throws {
        let state = State()
        let start = EventLoop.preciseNow
        let runner = try LoopRunner { loop in
            let list = try loop.makeDeadlineList(timeout: 60_000_000)
            let longer = try loop.makeDeadlineList(timeout: 120_000_000)
            state.lists = [list, longer]
            for index in 0..<8 { state.deadlines.append(Expiry { state.expired.append(index) }) }
            for deadline in state.deadlines { list.arm(deadline) }
            state.deadlines[1].disarm()
            list.arm(state.deadlines[2])
            longer.arm(state.deadlines[3])
            // An entry that is freed leaves its list.
            list.arm(Expiry { state.expired.append(99) })
            state.deadlines[7].disarm()
            state.deadlines[7].disarm()
        }
        #expect(eventually { runner.call { state.expired.count } == 6 })
        #expect(EventLoop.preciseNow - start >= 120_000_000)
        runner.end()
        #expect(state.expired == [0, 4, 5, 6, 2, 3])
    }
}
