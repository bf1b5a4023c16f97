import LoadGenerator
import Testing

@Suite struct ScheduleTests {
    @Test func requestsAreDueAtFixedTimesWithoutDrift() {
        let schedule = Schedule(start: 1_000, rate: 3, warmup: 1_000_000_000, duration: 2_000_000_000)
        #expect(schedule.total == 9)
        #expect(schedule.firstMeasured == 3)
        #expect(schedule.due(0) == 1_000)
        #expect([3, 5, 6, 8].map { schedule.second(of: $0) } == [0, 0, 1, 1])
        #expect(schedule.due(1) == 333_334_333)
        #expect(schedule.due(3) == 1_000_001_000)
        #expect(schedule.due(3 * 86_400 * 30) == 1_000 + 86_400 * 30 * 1_000_000_000)
    }

    @Test func theMeasuredTimeHoldsWhatIsDueInIt() {
        for rate in [1, 7, 999, 10_000, 1_000_000] {
            let schedule = Schedule(start: 0, rate: rate, warmup: 123_456_789, duration: 1_500_000_000)
            #expect(schedule.due(schedule.firstMeasured) >= 123_456_789)
            #expect(schedule.firstMeasured == 0 || schedule.due(schedule.firstMeasured - 1) < 123_456_789)
            #expect(schedule.due(schedule.total) >= 1_623_456_789)
            #expect(schedule.due(schedule.total - 1) < 1_623_456_789)
        }
    }
}
