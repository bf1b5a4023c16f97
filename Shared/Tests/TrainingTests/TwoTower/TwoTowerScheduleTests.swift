import Testing

@testable import Training

struct TwoTowerScheduleTests {
    @Test func fallsTwice() {
        let schedule = TwoTowerSchedule(epochs: 10, firstCycle: 2, steps: 50)
        #expect(schedule.factor(at: 1) == 1)
        #expect(schedule.factor(at: 100) < 0.01)
        #expect(schedule.factor(at: 101) == 1)
        #expect(schedule.factor(at: 500) < 0.01)
        let second = (101...500).map { schedule.factor(at: $0) }
        #expect(zip(second, second.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test(arguments: [(3, 2), (10, 0), (1, 2)])
    func fallsOnceWhereTwiceMakesNoSense(epochs: Int, firstCycle: Int) {
        let schedule = TwoTowerSchedule(epochs: epochs, firstCycle: firstCycle, steps: 20)
        let factors = (1...(epochs * 20)).map { schedule.factor(at: $0) }
        #expect(factors[0] == 1)
        #expect(zip(factors, factors.dropFirst()).allSatisfy { $0 >= $1 })
    }
}
